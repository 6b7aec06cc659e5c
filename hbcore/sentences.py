"""What the desk says for each code: one English line saying what is wrong and what to do; the Chinese is in the catalogue."""

from collections.abc import Mapping

from hbcore.words import both

SENTENCES: dict[str, str] = {
    # A file as a whole (contract, `results import`)
    "empty_file": "The file is empty. Export it again and upload the new file.",
    "no_rows": "The file has headings but no rows below them. Check that the right sheet and dates were exported.",
    "no_known_headings": "No known headings were found. One row must name the columns: name, document number, sampling time, sample number, outcome.",
    "two_header_rows": "The headings fill two rows. Put them into one row, without merged cells, and upload again.",
    "unknown_encoding": "The text cannot be read as UTF-8 or GB18030. Save the file as CSV UTF-8 or as .xlsx and upload again.",
    "not_a_table": "This is not a table the desk can read. Upload a CSV file or an Excel workbook (.xlsx).",
    "too_many_rows": "The file has more rows than one upload may hold. Split it and upload the parts one after the other.",
    "too_large": "The file is larger than one upload may be. Split it and upload the parts one after the other.",
    "unsafe_workbook": "The workbook is packed in a way that could harm the desk and was not opened. Copy the rows into a new workbook and upload that.",
    "institution_suspended": "This testing institution is suspended; its results are not taken. Ask the administrator.",
    "other_institution": "This belongs to another testing institution. Upload each institution's results under its own name.",
    "not_a_result_message": "The message is not a laboratory result. Send result messages only.",
    "encrypted_workbook": "The workbook has a password. Remove the password, save it and upload again.",
    "archive": "This is a packed archive. Unpack it and upload the files in it one by one.",
    "wps_format": "This is a WPS file. Save it as .xlsx and upload that.",
    # One cell or row, refused
    "missing": "A required cell is empty. Fill it in.",
    "not_a_date": "This is not a date or time. Write it like 2022-11-09 14:00.",
    "in_the_future": "The time lies in the future. Check the date and the clock of the machine that wrote it.",
    "too_old": "The date is too far back to be a result of this epidemic. Check the year.",
    "out_of_order": "The times are out of order: sampling comes first, then testing, then the report.",
    "bad_check_digit": "The check digit does not fit: at least one character of the number is wrong. Check it against the document.",
    "bad_document": "The number does not have the form of this kind of document. Check the number and the kind.",
    "unknown_document_kind": "This kind of document is not known. Use the names in the template.",
    "digits_lost": "The number was kept as a number and has lost digits. Set the column to text and enter it again from the source; do not repair it.",
    "unknown_outcome": "This outcome is not known. Write negative, positive, inconclusive or invalid.",
    "unknown_assay": "This assay is not known. Write nucleic acid, antigen, IgG or IgM.",
    "assay_not_handled": "The desk takes no results of this assay. Leave the row out.",
    "not_final": "The laboratory has not released this result. Upload it once it is final.",
    "bad_name": "This cannot be a person's name. Write it as the document has it.",
    "tube_too_full": "More people share this tube than its method allows. Check the sample numbers and the pooling.",
    "cells_beyond_header": "The row has more cells than there are headings. Look for a stray comma or quotation mark.",
    "too_few_cells": "The row has fewer cells than there are headings. Look for a missing comma or a broken line.",
    "control_character": "The cell holds invisible control characters. Type it anew.",
    "mixed_script": "Look-alike letters of another script are mixed in. Type it anew with plain letters and digits.",
    "placeholder": "The cell holds a placeholder, not a real entry. Fill it in.",
    "tube_not_registered": "No sampling registration has this tube on that day. Import the registration first, or check the sample number.",
    # One row, held for a person's eyes
    "name_differs": "The document is held here under another name. District staff will check it against the document.",
    "contradicts": "Another outcome is already recorded for this sample. The laboratory must say which one holds.",
    "withdraws_unknown": "The row withdraws a result that was never recorded. Check the sample number and the sampling day.",
    "ambiguous_document": "Several people hold this document number. State the issuing country so that staff can tell them apart.",
    "second_account_needed": "This shift has reached its limit of positives from one account. A second account must confirm these.",
    # Authority and sign-in
    "session_ended": "Your session has ended. Sign in again.",
    "authority_changed": "Your role or unit has changed since this page was drawn. Open the page again.",
    "not_allowed": "Your role does not allow this.",
    "unknown_staff": "There is no active staff account of that name.",
    # The desk itself
    "failed": "Something broke and nothing was changed. Try again; if it happens again, tell whoever runs the desk.",
    "unreadable_input": "Standard input could not be read: one line of UTF-8 text is expected.",
    "look_up_not_recorded": "The look-up could not be recorded, so nothing is shown. Try again shortly.",
    "no_policy": "No policy is in force at this time. The province must publish one.",
    "bad_policy": "The policy table is faulty: {fault} (row {row}).",
    "chain_broken": "The chain of events “{chain}” is broken at event {event}. Keep the files as they are and tell the security officer.",
}


def sentence(code: str, values: Mapping[str, object] | None = None) -> dict[str, str]:
    """What the desk says for `code`, as `{"zh": ..., "en": ...}`, filled with `values`; an unknown code says `failed`."""
    return both(SENTENCES.get(code, SENTENCES["failed"]), values)
