"""The tables, with the constraints that the database enforces.

Shape (performance part 3): person-scoped tables carry `person_id` first in their primary key; `document`, `look_up_number`
and `sample` are spread by their own key and answer only "which person"; units, institutions, staff and policies are copied
everywhere. No foreign key crosses that line.
"""

from hbcore.storage.tables.alarms import AlarmSeen
from hbcore.storage.tables.application_work import ApplicationNote, ApplicationStep, SavedView
from hbcore.storage.tables.applications import Application, ApplicationPhoto, Filing, FormPhoto
from hbcore.storage.tables.codes import CodeBucket, CodeHistory, CodeSegment, PolicyRow, Publication, TestCount
from hbcore.storage.tables.columns import BIG, one_of
from hbcore.storage.tables.counts import DailyReportRow, TestedCount, UploadCount
from hbcore.storage.tables.drafts import SavedDraft
from hbcore.storage.tables.events import Event, access, look_up_event, stranger_count
from hbcore.storage.tables.facts import Fact, FactList, FactListLine, FactListRow
from hbcore.storage.tables.gates import GateShift
from hbcore.storage.tables.held import HeldStep
from hbcore.storage.tables.issued_codes import CodeKey, RevokedCode, RevokedKey, issued_code
from hbcore.storage.tables.joins import PersonJoin, PersonJoinMoved
from hbcore.storage.tables.mappings import ColumnMappingRow, FileLayout
from hbcore.storage.tables.notices import Notice
from hbcore.storage.tables.people import DocumentRow, LookUpNumber, Person, PersonToken, ToldApart
from hbcore.storage.tables.places import Institution, Setting, Unit
from hbcore.storage.tables.proposals import ProposalRow
from hbcore.storage.tables.recalls import HeldAgain, Recall, Recalling, RecallSample, ResultAgain
from hbcore.storage.tables.rechecks import Recheck
from hbcore.storage.tables.recolouring import EvidenceImage, OutsideResult, RecolouringRequest, RecolouringStep
from hbcore.storage.tables.results import Applying, NewestSampling, Result, Sample, StagedPart, Upload, UploadRow
from hbcore.storage.tables.samplings import Sampling
from hbcore.storage.tables.staff import (
    RecoveryCode,
    SecondFactor,
    SetupCode,
    SignInAttempt,
    SignInStep,
    SignInTicket,
    StaffInstitution,
    StaffRow,
    StaffSession,
)
from hbcore.storage.tables.temperatures import GateCount, NationalEntry, Temperature
from hbcore.storage.tables.trust import TrustedKey

__all__ = [
    "BIG",
    "AlarmSeen",
    "Application",
    "ApplicationNote",
    "ApplicationPhoto",
    "ApplicationStep",
    "Applying",
    "CodeBucket",
    "CodeHistory",
    "CodeKey",
    "CodeSegment",
    "ColumnMappingRow",
    "DailyReportRow",
    "DocumentRow",
    "Event",
    "EvidenceImage",
    "Fact",
    "FactList",
    "FactListLine",
    "FactListRow",
    "FileLayout",
    "Filing",
    "FormPhoto",
    "GateCount",
    "GateShift",
    "HeldAgain",
    "HeldStep",
    "Institution",
    "LookUpNumber",
    "NationalEntry",
    "NewestSampling",
    "Notice",
    "OutsideResult",
    "Person",
    "PersonJoin",
    "PersonJoinMoved",
    "PersonToken",
    "PolicyRow",
    "ProposalRow",
    "Publication",
    "Recall",
    "RecallSample",
    "Recalling",
    "Recheck",
    "RecolouringRequest",
    "RecolouringStep",
    "RecoveryCode",
    "Result",
    "ResultAgain",
    "RevokedCode",
    "RevokedKey",
    "Sample",
    "Sampling",
    "SavedDraft",
    "SavedView",
    "SecondFactor",
    "Setting",
    "SetupCode",
    "SignInAttempt",
    "SignInStep",
    "SignInTicket",
    "StaffInstitution",
    "StaffRow",
    "StaffSession",
    "StagedPart",
    "Temperature",
    "TestCount",
    "TestedCount",
    "ToldApart",
    "TrustedKey",
    "Unit",
    "Upload",
    "UploadCount",
    "UploadRow",
    "access",
    "issued_code",
    "look_up_event",
    "one_of",
    "stranger_count",
]
