"""The words of this desk: Chinese, English, and what each means in one line. Sentences are English; translated when shown."""

from dataclasses import dataclass

from hbcore.ui.words import N_


@dataclass(frozen=True)
class Word:
    """One entry. `key` stands in the address of a link to it."""

    key: str
    zh: str
    en: str
    meaning: str


GLOSSARY = (
    Word("health-code", "健康码", "Health code", N_("What a person has now: a colour worked out from the policy in force.")),
    Word("green", "绿码", "Green code", N_("✓ Nothing stands against moving about; results and grounds are in order.")),
    Word("yellow", "黄码", "Yellow code", N_("! Observed at home or in quarantine because of a dated ground.")),
    Word("red", "红码", "Red code", N_("✗ Confirmed, suspected, positive, or isolated because of a dated ground.")),
    Word("grey", "灰码", "Grey code", N_("? Registered, but the policy asks for a result that is missing or too old.")),
    Word("application", "申领", "Application", N_("A request for a code by somebody without a resident identity card.")),
    Word("applicant", "申领人", "Applicant", N_("Whoever asks for a code and is not yet registered.")),
    Word("receipt", "回执号", "Receipt number", N_("The number of an application, told to the applicant with a secret.")),
    Word("filing", "公安备案", "Filing", N_("The registration of a passport with public security, against which we compare.")),
    Word("differs", "比对不一致", "Comparison failed", N_("The application says something else than the filing.")),
    Word("waiting", "待审核", "Under review", N_("Submitted and within its 24 hours, or overdue.")),
    Word("asked", "待补正", "Asked", N_("Sent back for something; the clock stands, and after seven days it lapses.")),
    Word("second-review", "待复审", "Second review", N_("A second person must decide.")),
    Word("approved", "已通过", "Approved", N_("The person is registered and has a code.")),
    Word("refused", "未通过", "Not approved", N_("Declined for one reason out of a closed list, never for health.")),
    Word("withdrawn", "已撤回", "Withdrawn", N_("The applicant took the application back.")),
    Word("expired", "逾期未补正", "No answer in time", N_("Asked, and nothing came within seven days.")),
    Word("revoked", "已撤销", "Taken back", N_("Approved before and taken back by two people.")),
    Word("claim", "认领", "Claim", N_("One reviewer has an application in hand; the claim ends by itself.")),
    Word("second-person", "第二人", "Second person", N_("Somebody else who confirms what one person has proposed.")),
    Word("sample-number", "样本编号", "Sample number", N_("The number on the tube.")),
    Word("pooled-positive", "混检阳性", "Pooled positive", N_("A tube of several people is positive: nobody's own result yet.")),
    Word("negative", "阴性", "Negative", N_("Nothing was found.")),
    Word("positive", "阳性", "Positive", N_("It was found in this person's own specimen.")),
    Word("inconclusive", "可疑", "Inconclusive", N_("Neither negative nor positive; to be tested again.")),
    Word("invalid", "无效", "Invalid", N_("The test did not work; it says nothing.")),
    Word("held", "待核实", "Held", N_("A row of a file that is kept until somebody has looked at it.")),
    Word("refused-row", "未入库", "Refused row", N_("A row that could not be read; it is put right and sent again.")),
    Word("already-held", "已有", "Already held", N_("The very same result is on record.")),
    Word(
        "recall",
        "整批撤回",
        "Recall an upload",
        N_("An upload is taken back whole, as if it had never come; it can be put back."),
    ),
    Word("settle", "核实处理", "Settle a held row", N_("Keep what we hold, take what the file says, or ask the laboratory.")),
    Word("release", "放行", "Release", N_("A second account lets positives beyond the limit of a shift count.")),
    Word(
        "problem-file",
        "问题行文件",
        "Problem file",
        N_("The laboratory's own rows that were not recorded, each with what to do."),
    ),
    Word("sampling", "采样登记", "Sampling registration", N_("Who was sampled into which tube, where and when.")),
    Word("tube-file", "按管结果文件", "Tube file", N_("Results by tube, without people; joined to the sampling registration.")),
    Word(
        "recheck", "待复核标记", "Re-check mark", N_("Beside results of a suspended institution; it changes no code by itself.")
    ),
    Word(
        "being-recorded", "入库中", "Being recorded", N_("A large upload that is accepted and not yet recorded to its last line.")
    ),
    Word("person-times", "人次", "Tests", N_("Each result of one person counts once.")),
    Word("people", "人数", "People", N_("Each person counts once, however often tested.")),
    Word("tubes", "管数", "Tubes", N_("Each tube counts once, however many people share it.")),
    Word("as-at", "截至", "As at", N_("The instant up to which something was counted.")),
    Word("fact", "管控记录", "Fact", N_("A dated statement about a person at which the policy looks.")),
    Word("evidence", "依据文号", "Evidence number", N_("The number of the paper that a fact rests on.")),
    Word("policy", "赋码规则", "Policy", N_("The table that gives colours, published by two people at the province.")),
    Word("reason", "赋码依据", "Reason", N_("The line of the policy that gave this colour.")),
    Word("recolouring", "转码申请", "Recolouring request", N_("A request to look at a colour again.")),
    Word("purpose", "查询理由", "Purpose", N_("Why somebody is looked up; recorded with each search.")),
    Word("reveal", "显示完整信息", "Reveal", N_("Show masked details in full; recorded as a look-up.")),
    Word(
        "look-up-number",
        "12 位查验号",
        "Look-up number",
        N_("Twelve digits under the code that lead to the card and say nothing."),
    ),
    Word("travel", "能否凭码返岗复学", "Travel verdict", N_("Whether one may return to work or school on the code.")),
    Word("checkpoint", "卡口", "Checkpoint", N_("A gate where codes are checked.")),
    Word("venue-code", "场所码", "Venue code", N_("The code at a door that visitors scan.")),
    Word("unit", "辖区", "Unit", N_("Province, prefecture or county; one sees one's own and below.")),
    Word("event", "事件", "Event", N_("A line of the record that nobody can change: who did what and when.")),
)
