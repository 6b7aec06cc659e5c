"""The help of each page: what it is for, what its numbers mean, its keys, what can go wrong. English; translated when shown."""

from hbcore.ui.help_texts_keeping import KEEPING
from hbcore.ui.page_help import PageHelp
from hbcore.ui.words import N_

HELP = {
    "Overview": PageHelp(
        N_("What waits for you, the most urgent first, and where today stands. Each number opens the lines it counts."),
        (
            (N_("Overdue"), N_("Applications under review whose 24 hours have passed.")),
            (N_("Due within 2 h"), N_("Their 24 hours end within the next two hours.")),
            (N_("Asked"), N_("The applicant was asked for something; the clock stands until the answer comes.")),
            (N_("As at"), N_("When the figures were counted. Open the page again for newer ones.")),
        ),
        trouble=(N_("A number and the list behind it can differ by what a colleague has done since."),),
    ),
    "Applications": PageHelp(
        N_("Decide on applications for a code: the queue on the left, the open application beside it."),
        (
            (N_("Left"), N_("Hours and minutes of the 24 hours from submission, holidays included; with a minus once overdue.")),
            (
                N_("The clean"),
                N_("Nothing to look at: approved together, 500 at once. Others take a click of their own."),
            ),
            (
                N_("May be the same person"),
                N_("Said to be the same: joined once another approves. Not the same: remembered."),
            ),
            (
                N_("Checks"),
                N_("A sign for each, in words what to look at: ✓ passed, ! look, ✕ stopped, – not needed."),
            ),
        ),
        (
            ("A", N_("approve")),
            ("Q", N_("ask the applicant for something")),
            ("X", N_("refuse")),
            ("P", N_("send to a second person")),
            ("B", N_("send back to the queue")),
            ("U", N_("take the decision back")),
            ("L", N_("claim, or let go")),
            ("N", N_("leave a note for colleagues")),
            ("T", N_("transfer to another unit")),
            ("J", N_("the next application")),
            ("K", N_("the one before")),
            ("F", N_("filter the queue")),
            ("V", N_("kept views")),
        ),
        (
            N_("A grey button says beside it why it is grey. What you entered yourself a colleague decides on."),
            N_("Until the filing has arrived a passport cannot be approved: wait for the list, or ask the applicant to file."),
            N_("Who decided can take it back alone for ten minutes; later it takes two people, under Second looks."),
            N_("What is typed at the counter is kept as a draft for seven days, for you alone."),
        ),
    ),
    "Facts": PageHelp(
        N_(
            "Dated statements about people of your unit: proposed by one, in force once another of the level above confirms them."
        ),
        (
            (N_("Measures that end tonight"), N_("In force now, ending before midnight; they end by themselves.")),
            (N_("Once confirmed"), N_("What the code would be then, decided by the same rules before anybody acts.")),
            (N_("To be proposed"), N_("The sound rows of a list; the others are named with what is wrong.")),
        ),
        (),
        (
            N_(
                "Cases, contacts and lists of several people need a case number; each contact an exposure; a list 200 people"
                " at most."
            ),
            N_(
                "Nothing is overwritten: an early end and an extension take two people and new evidence, and the old fact"
                " stays on record."
            ),
            N_("A person of another unit is proposed there."),
        ),
    ),
    "Recolouring": PageHelp(
        N_("Requests of people whose code does not say what their papers say; corrections of details and results as well."),
        (
            (N_("Left"), N_("Hours and minutes of the 48 hours from the entry; the clock stands while the person is asked.")),
            (N_("Code then"), N_("The code when the request was entered.")),
            (
                N_("Once confirmed"),
                N_("What the code would be then, decided by the same rules before anybody acts."),
            ),
        ),
        (
            ("A", N_("found right; above: confirm")),
            ("Q", N_("ask the person for something")),
            ("B", N_("send back to the county")),
            ("X", N_("refuse")),
            ("J", N_("the next request")),
            ("K", N_("the one before")),
        ),
        (
            N_("One enters it, another reviews it, a third confirms it at the level above. Nobody is two of them."),
            N_("A request never makes a code more severe. Results are corrected by the laboratory, in a file of its own."),
        ),
    ),
    "Policies": PageHelp(
        N_("The public tables that decide every colour: what each row says, since when, and what another table would change."),
        (
            (N_("Would turn"), N_("Codes that would have another colour by this table, counted at this moment.")),
            (N_("How many each row decides"), N_("The first row that holds decides; a person is counted once.")),
        ),
        (),
        (
            N_("A published table is never edited: a later one takes its place, from an instant on."),
            N_("Two people at province level are needed: one proposes, another publishes."),
            N_("As long as a policy has not begun, two people can withdraw it; it stays in the list as withdrawn."),
            N_("While a table is being applied, each card is right already; the counts follow within minutes."),
        ),
    ),
    "Lab_results": PageHelp(
        N_("Take in a laboratory's file in three steps: drop it, look at what it would do, commit it."),
        (
            (N_("New"), N_("Rows that become results.")),
            (N_("Already held"), N_("The very same result is on record; nothing happens.")),
            (N_("Held"), N_("Rows kept for somebody to look at, such as another name under the same document.")),
            (N_("Not recorded"), N_("Rows that could not be read. Put them right in the laboratory and send them again.")),
            (
                N_("Corrected"),
                N_("Rows marked as corrections that took the place of an earlier result; they are among the new ones."),
            ),
            (N_("Withdrawn"), N_("Rows that took an earlier result back; they are among the new ones.")),
            (N_("Codes that change"), N_("Counted before anything is stored; the commit does exactly that, or shows you anew.")),
            (
                N_("Sampling registration"),
                N_("Who was sampled into which tube. Send it before the results of the tubes: they are joined by tube and day."),
            ),
        ),
        trouble=(
            N_("The first four figures add up to the rows read; if one surprises you, do not commit yet."),
            N_("Letters look wrong? Choose the encoding beside the two names before you commit."),
            N_("Never repair a number that has lost digits: export the file again with the column set to text."),
            N_("Open an upload and take its problem rows as a file: your own columns and one more that says what to do."),
            N_("A large file goes on by itself when you leave the page; the list says how far it is."),
            N_("The wrong file? Recall it: it is as if it had never come. Where a positive goes, a second account confirms."),
            N_("Held rows are settled by the supervisor of the unit, who may ask you; answer beside the row."),
        ),
    ),
    "Person": PageHelp(
        N_("Look up one person: the code, why it has its colour, the latest results, the registration."),
        (
            (N_("Look-up number"), N_("The 12 digits under the code. They say nothing about the person and lead to this card.")),
            (N_("Rule"), N_("The line of the policy in force that gave the colour; every condition tried stands below.")),
            (
                N_("Why?"),
                N_("The facts and results the code rests on, with office, evidence and upload; what would change it."),
            ),
            (N_("Arrival"), N_("Beside the travel verdict: choose a day and it answers for that day, without another search.")),
        ),
        trouble=(
            N_("Each search is recorded with its purpose, and the person may ask to see who looked."),
            N_("Nobody found? Try another document of the same person, such as an older passport, or the sample number."),
            N_("Names and numbers are masked. Showing them in full takes a reason and is recorded too."),
        ),
    ),
    "Daily_counts": PageHelp(
        N_("Counts of a day by unit or testing institution: people, tests and tubes, each under its own name."),
        (
            (N_("Tests (人次)"), N_("Each result of one person counts once; a person tested twice counts twice.")),
            (N_("People (人数)"), N_("Each person counts once, however often tested.")),
            (N_("Tubes (管数)"), N_("Each tube counts once, however many people share it.")),
            (N_("Gross, net"), N_("Gross: all that was recorded. Net: without what was corrected or withdrawn since.")),
        ),
        trouble=(
            N_("Zero is not the same as not uploaded: look at which institutions have not sent anything yet."),
            N_("The day can be that of recording, sampling or reporting; compare only what counts on the same one."),
        ),
    ),
    "Codes": PageHelp(
        N_("What a signed code is that somebody shows: whether the desk issued it, what it says, and the colour now."),
        (
            (N_("First step that failed"), N_("A text is read step by step; at the first that fails it is not believed.")),
            (N_("In the register"), N_("Every code is entered there before it is signed. What is not there is not ours.")),
            (N_("The colour now"), N_("Decided at this moment. The colour in a code is what was right when it was made.")),
        ),
        (),
        (
            N_("Reading a code that is somebody's is recorded as a look-up; the person's name is not shown."),
            N_("One code or all codes of a person are taken back by two people. A new code undoes it."),
        ),
    ),
    "Application_figures": PageHelp(
        N_("How long applications wait, how fast and how evenly they are decided, why not, and by whom."),
        (
            (N_("Hours"), N_("Of the 24-hour clock, which stands while the applicant is asked. Median: half took longer.")),
            (N_("Nine of ten"), N_("Nine of ten were decided within so many hours or fewer.")),
            (N_("Compared"), N_("Beside all together; groups of fewer than five decided are not compared.")),
        ),
        trouble=(
            N_("What waits and who holds what is as of now, whatever days are chosen; the rest is of decisions in those days."),
            N_("A click on a number opens its applications, a click on a unit's name the unit."),
        ),
    ),
    "Temperatures": PageHelp(
        N_("What a gate measured twice at 37.3 °C or above: within 24 hours close it with a reason, or propose a fever."),
        (
            (
                N_("Never a colour"),
                N_("A temperature changes no code. A fever with a clinic's paper does once another person has confirmed it."),
            ),
            (
                N_("Unknown people"),
                N_("Nobody was found by the number that was typed at the gate; it stands in the opened notice."),
            ),
        ),
        trouble=(N_("A proposal that another declined, or that lay for three days, leaves the notice open with its old clock."),),
    ),
    "Checkpoint": PageHelp(
        N_("Check codes at a gate: scan, film or type, see its colour and whose it is. Each check is recorded without a name."),
        (
            (N_("Colour"), N_("What the policy says at this moment, not when the code was drawn. Why is not shown at gates.")),
            (N_("Nucleic acid test"), N_("How long ago the latest one was sampled, whatever came of it.")),
            (N_("Return to work or school"), N_("Whether the code or the paper result carries it for an arrival now.")),
        ),
        (("Enter", N_("check what was scanned or typed; the box stays ready for the next")),),
        (
            N_("Chinese input methods swallow a scanner's letters: switch to English, or type the 12 digits under the code."),
            N_("An answer clears itself after half a minute, so that the next in the line does not see it. Read the code again."),
            N_("The camera works over HTTPS only, once the browser may use it. Without it, take a photo or type the 12 digits."),
            N_("Document numbers are not looked up here. Without a code: the 12 digits on the paper, or the national code."),
        ),
    ),
    "Alarms": PageHelp(
        N_("What somebody must look at soon: positives, tubes without a re-test, institutions that have gone silent."),
        (
            (
                N_("Laboratories' files"),
                N_(
                    "Each upload is set against the last 14 of the same institution; what is far from them is shown for two days."
                ),
            ),
        ),
        trouble=(N_("An alarm stays until somebody has dealt with it and said how."),),
    ),
    "Second_looks": PageHelp(
        N_("What takes two people and waits for the second: each line says what will be done, and by whom it was proposed."),
        trouble=(
            N_("What you proposed yourself you can withdraw, never confirm."),
            N_("A proposal that nobody settles within three days is void."),
        ),
    ),
    "Glossary": PageHelp(
        N_("The words of this desk in Chinese and English, each with its meaning in one line."),
    ),
    **KEEPING,
}
