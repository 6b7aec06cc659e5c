"""What the desk says to applicants, by code: faults of fields, refusals, states, reasons. Plain words, and what to do next."""

from hbcore.public_words import P_, said

FAULTS: dict[str, str] = {
    "missing": P_("Please fill this in."),
    "not_a_date": P_("This is not a date. Write year, month, day, such as 1988-03-12."),
    "in_the_future": P_("This date lies in the future. Please check it."),
    "control_character": P_("This contains characters that cannot be seen. Please type it again."),
    "unknown_word": P_("Please choose one of the answers."),
    "unknown_country": P_("Please choose a country or region from the list."),
    "unknown_document_kind": P_("Please choose a kind of document from the list."),
    "resident_channel": P_(
        "With a mainland resident identity card you do not apply here. Your code comes from the residents' register."
    ),
    "placeholder": P_("This is not a real entry. Please fill it in."),
    "digits_lost": P_("Some digits are missing. Please type the number as the document shows it."),
    "mixed_script": P_(
        "Letters of another alphabet that look alike are mixed in. Please type it again with Latin letters and digits."
    ),
    "bad_document": P_("This number does not have the form of this kind of document. Please check both."),
    "bad_check_digit": P_(
        "The last digit does not fit the others: at least one character is wrong. Please compare with the document."
    ),
    "bad_name": P_("This cannot be a name. Write it as the document shows it."),
    "bad_phone": P_("This cannot be a phone number. Begin foreign numbers with + and the country code."),
    "bad_email": P_("This cannot be an e-mail address. Please check it."),
    "contact_needed": P_("Give a phone number or an e-mail address. One is enough; any country will do."),
    "unknown_unit": P_("Please choose a place from the list."),
    "too_long": P_("This is too long. Please shorten it."),
    "guardian_needed": P_("The applicant is under 18. A parent or guardian applies: please fill this in."),
    "consent_needed": P_("Without your consent we cannot accept the application. Please tick the box if you agree."),
    "photo_missing": P_("Please add a photo."),
    "photo_gone": P_("The photo that you sent before is no longer here. Please choose it again."),
    "empty_picture": P_("This file is empty. Please take the photo again."),
    "picture_too_large": P_("This photo is larger than 8 MB. Please choose a smaller one."),
    "picture_too_many_pixels": P_("This photo has too many pixels. Please choose a smaller one."),
    "not_a_picture": P_("This file cannot be read as a photo. Please choose a JPEG, PNG or WebP file."),
}
"""What is wrong with one field."""

UNCLEAR = P_("Something is not right here. Please check it.")

CHANGED = P_("The application has changed in the meantime. This is how it stands now.")

REFUSALS: dict[str, str] = {
    "already_registered": P_(
        "This document is registered already. You do not need to apply again: look up your code with your receipt."
    ),
    "duplicate": P_(
        "There is already an application for this document, so nothing was sent a second time. See how it stands with your"
        " receipt. If you have lost the receipt, call the hotline."
    ),
    "ambiguous_document": P_("We cannot tell whose document this is. Please call the hotline."),
    "too_many_from_here": P_("Too many applications have come from your connection. Try again later, or call the hotline."),
    "too_many_for_document": P_(
        "There were too many attempts with this document today. Try again tomorrow, or call the hotline."
    ),
    "queue_full": P_(
        "Too many applications are waiting at the moment. Please try again in a few hours. What you typed is still here."
    ),
    "proof_of_work_needed": P_(
        "Many applications have come from your connection. Switch on JavaScript and send again, or try again in an hour."
    ),
    "no_such_application": P_(
        "There is no application with these details. Check the receipt number and the secret or document number."
    ),
    "too_many_tries": P_("There were too many attempts. Please wait a while, then try again."),
    "receipts_used_up": P_("No more applications can be taken today. Please try again tomorrow."),
    "declared_today": P_("You have already changed the health declaration today. You can change it again tomorrow."),
    "already_decided": CHANGED,
    "not_in_this_state": CHANGED,
    "too_large": P_("What was sent is too large. Choose photos of at most 8 MB each."),
    "busy": P_("Too many people are using this page right now. Please try again in a minute."),
    "closed": P_("This page had been open for a long time and has been closed. Please enter your details again."),
    "failed": P_("Something went wrong on our side; nothing was sent. Please try again, or call the hotline."),
}
"""Why something was not done."""

KINDS: dict[str, str] = {
    "passport": P_("Passport"),
    "hk_macau_permit": P_("Mainland Travel Permit for Hong Kong and Macau Residents"),
    "taiwan_permit": P_("Mainland Travel Permit for Taiwan Residents"),
    "taiwan_single_permit": P_("One-trip Mainland Travel Permit for Taiwan Residents"),
    "hmt_residence_permit": P_("Residence Permit for Hong Kong, Macau and Taiwan Residents"),
    "foreign_pr_card": P_("Foreign Permanent Resident ID Card"),
}

NUMBER_FORMS: dict[str, str] = {
    "passport": P_("A passport number has 5 to 20 letters and digits, usually at the top right of the page with the photo."),
    "hk_macau_permit": P_("This number begins with H or M, followed by 8 digits (or by A and 7 digits): H12345678."),
    "taiwan_permit": P_("This number has 8 digits: 12345678."),
    "taiwan_single_permit": P_("This number has 10 to 12 letters and digits."),
    "hmt_residence_permit": P_("This number has 18 digits and begins with 81, 82 or 83; the last may be X."),
    "foreign_pr_card": P_("This number has 18 digits and begins with 9, or has 3 letters and 12 digits."),
}
"""How the number of each kind looks (domain part 2): the hint, and what a wrong one is answered with."""

SEXES: dict[str, str] = {"female": P_("Female"), "male": P_("Male"), "unspecified": P_("Not stated in the document")}

ANSWERS: dict[str, str] = {"no": P_("No"), "yes": P_("Yes")}


STATES: dict[str, tuple[str, str]] = {
    "waiting": (P_("Under review"), P_("Staff are checking your application. You will see the decision here by {due}.")),
    "asked": (
        P_("Something is needed from you"),
        P_("Please send what is listed below by {until}. Until then the application waits; after that it ends."),
    ),
    "approved": (P_("Approved"), P_("Your application is approved. This is your health code now.")),
    "refused": (P_("Not approved"), P_("Your application was not approved.")),
    "expired": (P_("No answer in time"), P_("We did not hear from you within seven days, so the application has ended.")),
    "withdrawn": (P_("Withdrawn"), P_("You have withdrawn this application.")),
    "revoked": (P_("Taken back"), P_("The approval of this application was taken back.")),
}
"""By state of an application: its name, and what it means for who waits (model part 2)."""

LATE = P_("This is taking longer than 24 hours. We are sorry. Your application is not lost and is still being worked on.")

COMPARISON = P_("The comparison with public security failed")
DIFFERS = P_(
    "These details are not the same in your registration with public security: {fields}. If the mistake is in the application,"
    " you can correct it as soon as we ask you to. If it is in the registration, have it corrected where you registered;"
    " the comparison is then repeated by itself."
)
FIELDS: dict[str, str] = {
    "name": P_("name"),
    "birth_date": P_("date of birth"),
    "number": P_("document number"),
    "country": P_("issuing country or region"),
    "expires_on": P_("date of expiry"),
}

ASKS: dict[str, str] = {
    "photo_missing": P_("Add a photo of the document."),
    "photo_unclear": P_("The photo cannot be read. Take it again in good light, with all four corners visible."),
    "entry_record": P_("Give the date of your last entry into China and add a photo of the entry stamp."),
    "name_as_document": P_("Write the name exactly as the document shows it."),
    "number_check": P_("Compare the document number with the document and correct it."),
    "birth_date_check": P_("Compare the date of birth with the document and correct it."),
    "nationality_check": P_("Compare the nationality with the document and correct it."),
    "document_kind": P_("The kind of document does not fit. Choose the right one."),
    "entry_passport": P_("Use the passport with which you entered China."),
    "filing_needed": P_("Register your stay with public security first, then send this form again."),
    "address": P_("Give the full address in Hubei: street, number, building and room."),
    "contact": P_("We could not reach you. Check the phone number and the e-mail address."),
    "health_declaration": P_("Answer both questions of the health declaration."),
    "guardian": P_("The applicant is under 18: a parent or guardian gives their name, phone and relation."),
}
"""What is asked for, as something to do (model part 2)."""

REFUSED: dict[str, str] = {
    "not_in_hubei": P_("You do not live or stay in Hubei. Please apply where you live."),
    "resident_channel": FAULTS["resident_channel"],
    "filing_not_found": P_(
        "Public security has no registration of your stay, and none was made in time. Register first, then apply again."
    ),
    "filing_differs": P_(
        "The details still differ from your registration with public security. Have one of them corrected, then apply again."
    ),
    "document_invalid": P_("The document number is not valid. Check it, then apply again."),
    "document_expired": P_("The document has expired. Apply again with one that is valid."),
    "already_registered": P_("You are registered already. Please use the code that you have."),
    "duplicate": P_("This was a second application for the same person. The other one counts."),
    "false_information": P_("Something that was stated is not true. If you think this is a mistake, call the hotline."),
}
"""Why an application was not approved, and what can be done (model part 2)."""

COLOURS: dict[str, str] = {
    "green": P_("Green code"),
    "yellow": P_("Yellow code"),
    "red": P_("Red code"),
    "grey": P_("Grey code"),
}
ASSAYS: dict[str, str] = {
    "naat": P_("Nucleic acid test"),
    "antigen": P_("Antigen test"),
    "igg": P_("IgG antibodies"),
    "igm": P_("IgM antibodies"),
}
OUTCOMES: dict[str, str] = {
    "negative": P_("negative"),
    "positive": P_("positive"),
    "pooled_positive": P_("positive tube of several people, a single retest is needed"),
    "inconclusive": P_("inconclusive"),
    "invalid": P_("invalid"),
}

GROUNDS: dict[str, str] = {
    "red-case": P_("You are registered as a confirmed, suspected or asymptomatic case and not yet released."),
    "red-positive": P_("A nucleic acid test of yours was positive. There is no recovery or exclusion on record yet."),
    "red-fever-wuhan": P_("You are registered in Wuhan as a fever case that has not yet been excluded."),
    "red-quarantine": P_("You are in central quarantine."),
    "yellow-recovered": P_("You have recovered and are under observation."),
    "yellow-contact": P_("You are registered as a close contact."),
    "yellow-observation": P_("You are in quarantine or under observation at home."),
    "yellow-home": P_("You are under observation at home."),
    "yellow-declared": P_("You have declared symptoms or a contact. The community or a clinic looks into it."),
    "yellow-pooled": P_(
        "A tube that you shared with others was positive. You need a test of your own; this is not yet your own positive."
    ),
    "yellow-antigen": P_("An antigen test of yours was positive. You need a nucleic acid test."),
    "yellow-fever": P_("You have a fever on record. The code turns green after a negative test."),
    "grey-fever": P_("A fever is being looked into."),
    "grey-overdue": P_(
        "You have not been tested within 48 hours. The code turns green about half an hour after the next sample."
    ),
    "grey-otherwise": P_("There is not enough information. Please call the hotline."),
    "green-retest": P_("Nothing is on record against you. A retest is needed."),
    "green-default": P_("Nothing is on record against you."),
    "green-exempt": P_("You are exempt from routine testing."),
    "green-negative": P_("You have a negative test within 48 hours."),
    "green-sampled": P_("You have been sampled. This counts like a report for now."),
}
"""Why a code has its colour, by row of the shipped policies: what it means for its holder, in their language. The row's own
sentence, with its dates, stands beside it in the desk's two languages."""

MISSING = {
    "guardian_name": "guardian_needed",
    "guardian_phone": "guardian_needed",
    "guardian_relation": "guardian_needed",
    "consent": "consent_needed",
    "photo": "photo_missing",
    "entry_photo": "photo_missing",
}
"""Fields whose emptiness has a sentence of its own."""


def fault(code: str, language: str, *, field: str = "", kind: str = "") -> str:
    """What is wrong with a field, in the person's language. `kind`: the document's, where its number is wrong."""
    if code == "bad_document" and kind in NUMBER_FORMS:
        return said(NUMBER_FORMS[kind], language)
    code = MISSING.get(field, code) if code == "missing" else code
    return said(FAULTS.get(code, UNCLEAR), language)


def refusal(code: str, language: str) -> str:
    """Why something was not done, in the person's language."""
    return said(REFUSALS.get(code) or FAULTS.get(code) or REFUSALS["failed"], language)
