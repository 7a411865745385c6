"""The REST surface, as a table. A new endpoint is a new row."""

from typing import NamedTuple

from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from convene.artifacts.v1 import artifacts_pb2, recordings_pb2
from convene.bots.v1 import bots_pb2, policies_pb2
from convene.gateway.v1 import access_pb2, webhooks_pb2
from convene.scheduler.v1 import (
    availability_pb2,
    channels_pb2,
    custom_fields_pb2,
    invitations_pb2,
    scheduler_pb2,
    templates_pb2,
)
from convene.session.v1 import sandbox_pb2, session_pb2
from gateway.edge.outcomes import (
    COMMANDED,
    CREATED,
    GONE,
    MADE,
    OK,
    PLANNED,
    READY,
    READY_AFTER_END,
    RUNNING,
    STARTED,
    Outcome,
)

SCHEDULER = scheduler_pb2.DESCRIPTOR.services_by_name["SchedulerService"]
TEMPLATES = templates_pb2.DESCRIPTOR.services_by_name["TemplateService"]
CUSTOM_FIELDS = custom_fields_pb2.DESCRIPTOR.services_by_name["CustomFieldsService"]
AVAILABILITY = availability_pb2.DESCRIPTOR.services_by_name["AvailabilityService"]
INVITATIONS = invitations_pb2.DESCRIPTOR.services_by_name["InvitationService"]
CHANNELS = channels_pb2.DESCRIPTOR.services_by_name["ChannelService"]
SESSION = session_pb2.DESCRIPTOR.services_by_name["SessionService"]
SANDBOX = sandbox_pb2.DESCRIPTOR.services_by_name["SandboxService"]
BOTS = bots_pb2.DESCRIPTOR.services_by_name["BotsService"]
POLICIES = policies_pb2.DESCRIPTOR.services_by_name["PolicyService"]
ARTIFACTS = artifacts_pb2.DESCRIPTOR.services_by_name["ArtifactsService"]
RECORDINGS = recordings_pb2.DESCRIPTOR.services_by_name["RecordingsService"]
ACCESS = access_pb2.DESCRIPTOR.services_by_name["AccessService"]
WEBHOOKS = webhooks_pb2.DESCRIPTOR.services_by_name["WebhookService"]

MAX_BODY_BYTES = 1024 * 1024
MAX_SCENARIO_BYTES = 32 * 1024 * 1024
ZIP, MAIL = "application/zip", "message/rfc822"
CALENDAR_TYPE = "text/calendar; charset=utf-8"


class Route(NamedTuple):
    """One row: an HTTP method and path, the rpc behind it, and how the two differ.

    The path's `{names}` and, on GET and DELETE, the query fill request fields of the same name. A
    JSON body fills the request field `body`, or the whole request when it is empty. `raw` names a
    bytes field that takes the body as it is, of `raw_type`. `file` names a bytes field that is the
    whole answer, of `file_type`. Otherwise the answer is its field `unwrap` made
    flat, with the fields `beside` added. `location` is filled from the answer. `short` rows answer
    without `/v1` too. `without` hides request fields. `text` is the answer's field that
    `format=txt` shows. `title` tells rows of one rpc apart in the API document. A body
    for an update mask has to give a field, unless it `may_be_empty`. `list_of_meeting` names the
    answer's list of what belongs to a meeting, where the service does not know which there are.
    """

    method: str
    path: str
    service: ServiceDescriptor
    rpc: str
    outcome: Outcome = OK
    body: str = ""
    unwrap: str = ""
    beside: tuple[str, ...] = ()
    location: str = ""
    short: bool = False
    raw: str = ""
    without: tuple[str, ...] = ()
    title: str = ""
    text: str = ""
    may_be_empty: bool = False
    raw_type: str = ZIP
    file: str = ""
    file_type: str = ""
    list_of_meeting: str = ""

    @property
    def descriptor(self) -> MethodDescriptor:
        return self.service.methods_by_name[self.rpc]

    @property
    def request(self) -> type[Message]:
        return GetMessageClass(self.descriptor.input_type)

    @property
    def response(self) -> type[Message]:
        return GetMessageClass(self.descriptor.output_type)

    @property
    def takes_body(self) -> bool:
        return self.method in {"POST", "PUT", "PATCH"}

    @property
    def max_body_bytes(self) -> int:
        return MAX_SCENARIO_BYTES if self.raw and self.raw_type == ZIP else MAX_BODY_BYTES


MEETING = "/meetings/{meeting_id}"
OCCURRENCE = MEETING + "/occurrences/{occurrence_id}"
INVITATIONS_OF = MEETING + "/invitations"
INVITATION = INVITATIONS_OF + "/{invitation_id}"
ONE_SESSION = MEETING + "/sessions/{session_id}"
PARTICIPANT = ONE_SESSION + "/participants/{participant_id}"
RECORDING = ONE_SESSION + "/recordings/{recording_id}"
STORED_RECORDING = MEETING + "/recordings/{recording_id}"
BOT = MEETING + "/bots/{bot_id}"
POLICY = "/policies/{policy_id}"
TEMPLATE = "/templates/{template_id}"
POOL = "/pools/{pool_id}"
CALENDAR = "/calendars/{calendar_id}"
FEED = "/calendar-feeds/{calendar_feed_id}"
ENDPOINTS = "/webhooks/endpoints"
ENDPOINT = ENDPOINTS + "/{endpoint_id}"
SCENARIO = "/sandbox/scenarios/{name}"

MEETING_HOME = "/v1/meetings/{id}"
SESSION_HOME = "/v1/meetings/{meeting_id}/sessions/{id}"
BOT_HOME = "/v1/meetings/{meeting_id}/bots/{id}"
POLICY_HOME = "/v1/policies/{id}"
TEMPLATE_HOME = "/v1/templates/{id}"
POOL_HOME = "/v1/pools/{id}"
CALENDAR_HOME = "/v1/calendars/{id}"
ENDPOINT_HOME = "/v1/webhooks/endpoints/{id}"
OPERATION_HOME = "/v1/operations/{id}"

# What lists that are empty are checked with, too.
GET_MEETING = Route("GET", MEETING, SCHEDULER, "GetMeeting", unwrap="meeting")
# What the page behind the links in messages asks, too.
GET_REPLY = Route("GET", "/replies/{code}", INVITATIONS, "GetReply")
SEND_REPLY = Route("POST", "/replies/{code}", INVITATIONS, "SendReply")
GET_OPT_OUT = Route("GET", "/opt-outs/{code}", INVITATIONS, "GetOptOut")
PUT_OPT_OUT = Route("PUT", "/opt-outs/{code}", INVITATIONS, "PutOptOut")

# fmt: off
ROUTES: list[Route] = [
    Route("POST", "/meetings/create", SCHEDULER, "CreateMeeting", MADE,
          body="meeting", unwrap="meeting", location=MEETING_HOME, short=True),
    Route("POST", "/meetings/schedule", SCHEDULER, "ScheduleMeeting", PLANNED,
          body="meeting", unwrap="meeting", location=MEETING_HOME, short=True),
    Route("GET", "/meetings", SCHEDULER, "ListMeetings"),
    GET_MEETING,
    Route("PATCH", MEETING, SCHEDULER, "UpdateMeeting", body="meeting", unwrap="meeting"),
    Route("DELETE", MEETING, SCHEDULER, "DeleteMeeting", GONE),
    Route("POST", MEETING + "/cancel", SCHEDULER, "CancelMeeting", unwrap="meeting"),
    Route("GET", MEETING + "/occurrences", SCHEDULER, "ListOccurrences"),
    Route("GET", "/occurrences", SCHEDULER, "FindOccurrences"),
    Route("GET", OCCURRENCE, SCHEDULER, "GetOccurrence", unwrap="occurrence"),
    Route("PATCH", OCCURRENCE, SCHEDULER, "UpdateOccurrence", body="occurrence",
          unwrap="occurrence"),
    Route("POST", OCCURRENCE + "/cancel", SCHEDULER, "CancelOccurrence", unwrap="occurrence"),
    Route("POST", OCCURRENCE + "/split", SCHEDULER, "SplitMeeting", CREATED,
          body="meeting", unwrap="meeting", location=MEETING_HOME, may_be_empty=True),
    Route("POST", "/meetings/preview-occurrences", SCHEDULER, "PreviewOccurrences"),

    Route("GET", "/free-busy", AVAILABILITY, "GetFreeBusy"),
    Route("POST", "/meetings/find-times", AVAILABILITY, "FindTimes"),
    Route("POST", "/calendars", AVAILABILITY, "CreateCalendar", CREATED,
          unwrap="calendar", location=CALENDAR_HOME),
    Route("GET", "/calendars", AVAILABILITY, "ListCalendars"),
    Route("GET", CALENDAR, AVAILABILITY, "GetCalendar", unwrap="calendar"),
    Route("DELETE", CALENDAR, AVAILABILITY, "DeleteCalendar", GONE),
    Route("POST", "/pools", AVAILABILITY, "CreatePool", CREATED,
          body="pool", unwrap="pool", location=POOL_HOME),
    Route("GET", "/pools", AVAILABILITY, "ListPools"),
    Route("GET", POOL, AVAILABILITY, "GetPool", unwrap="pool"),
    Route("PATCH", POOL, AVAILABILITY, "UpdatePool", body="pool", unwrap="pool"),
    Route("DELETE", POOL, AVAILABILITY, "DeletePool", GONE),

    Route("POST", "/templates", TEMPLATES, "CreateTemplate", CREATED,
          body="template", unwrap="template", location=TEMPLATE_HOME),
    Route("GET", "/templates", TEMPLATES, "ListTemplates"),
    Route("GET", TEMPLATE, TEMPLATES, "GetTemplate", unwrap="template"),
    Route("PATCH", TEMPLATE, TEMPLATES, "UpdateTemplate", body="template", unwrap="template"),
    Route("DELETE", TEMPLATE, TEMPLATES, "DeleteTemplate", GONE),

    Route("GET", "/custom-fields-schema", CUSTOM_FIELDS, "GetCustomFieldsSchema",
          unwrap="custom_fields_schema"),
    Route("PUT", "/custom-fields-schema", CUSTOM_FIELDS, "PutCustomFieldsSchema",
          unwrap="custom_fields_schema"),

    Route("GET", INVITATIONS_OF, INVITATIONS, "ListInvitations"),
    Route("POST", INVITATIONS_OF, INVITATIONS, "CreateInvitation", CREATED,
          body="invitation", unwrap="invitation"),
    Route("DELETE", INVITATION, INVITATIONS, "DeleteInvitation", GONE),
    Route("POST", INVITATION + "/resend", INVITATIONS, "ResendInvitation", unwrap="invitation"),
    Route("POST", INVITATION + "/respond", INVITATIONS, "RespondInvitation", unwrap="invitation"),
    GET_REPLY,
    SEND_REPLY,
    GET_OPT_OUT,
    PUT_OPT_OUT,
    Route("POST", "/mail/inbound", INVITATIONS, "ReceiveMail", raw="content", raw_type=MAIL),
    # A provider that gives the whole mail only to addresses that end so.
    Route("POST", "/mail/inbound/mime", INVITATIONS, "ReceiveMail", raw="content", raw_type=MAIL,
          title="Takes a mail that came back, at an address that ends in mime"),
    Route("GET", MEETING + "/calendar.ics", INVITATIONS, "GetCalendarFile",
          file="content", file_type=CALENDAR_TYPE),
    Route("POST", "/calendar-feeds", INVITATIONS, "CreateCalendarFeed", unwrap="calendar_feed"),
    Route("POST", FEED + "/rotate", INVITATIONS, "RotateCalendarFeed", unwrap="calendar_feed"),
    Route("DELETE", FEED, INVITATIONS, "DeleteCalendarFeed", GONE),
    Route("GET", "/calendar-feeds/{token}", INVITATIONS, "GetCalendarFeed",
          file="content", file_type=CALENDAR_TYPE),

    Route("GET", "/web-push-key", CHANNELS, "GetWebPushKey"),
    Route("POST", "/invitation-webhooks/rotate-secret", CHANNELS, "RotateWebhookSecret"),

    Route("POST", "/meetings/start", SCHEDULER, "StartMeeting", STARTED,
          unwrap="session", location=SESSION_HOME, short=True,
          title="Creates a meeting and starts it now"),
    Route("POST", MEETING + "/start", SCHEDULER, "StartMeeting", STARTED,
          unwrap="session", location=SESSION_HOME, short=True,
          without=("meeting", "get_or_create", "template_id"),
          title="Starts a meeting that is there already"),
    Route("POST", MEETING + "/end", SESSION, "EndSession", unwrap="session", short=True),
    Route("GET", MEETING + "/sessions", SESSION, "ListSessions", list_of_meeting="items"),
    Route("GET", ONE_SESSION, SESSION, "GetSession", unwrap="session"),
    Route("POST", ONE_SESSION + "/lock", SESSION, "LockSession", COMMANDED, unwrap="command"),
    Route("POST", ONE_SESSION + "/unlock", SESSION, "UnlockSession", COMMANDED, unwrap="command"),
    Route("POST", ONE_SESSION + "/hold", SESSION, "HoldSession", COMMANDED, unwrap="command"),
    Route("POST", ONE_SESSION + "/release", SESSION, "ReleaseSession", COMMANDED,
          unwrap="command"),
    Route("POST", ONE_SESSION + "/extend", SESSION, "ExtendSession", COMMANDED, unwrap="command"),
    Route("POST", ONE_SESSION + "/prompts", SESSION, "SendPrompt", COMMANDED, unwrap="command"),
    Route("GET", ONE_SESSION + "/commands", SESSION, "ListCommands"),
    Route("GET", ONE_SESSION + "/metrics", SESSION, "GetMetrics"),
    Route("GET", ONE_SESSION + "/participants", SESSION, "ListParticipants"),
    Route("POST", PARTICIPANT + "/mute", SESSION, "MuteParticipant", COMMANDED, unwrap="command"),
    Route("POST", PARTICIPANT + "/unmute", SESSION, "UnmuteParticipant", COMMANDED,
          unwrap="command"),
    Route("POST", ONE_SESSION + "/participants/mute-all", SESSION, "MuteAll", COMMANDED,
          unwrap="command"),
    Route("POST", PARTICIPANT + "/pause-video", SESSION, "PauseVideo", COMMANDED,
          unwrap="command"),
    Route("POST", PARTICIPANT + "/resume-video", SESSION, "ResumeVideo", COMMANDED,
          unwrap="command"),
    Route("POST", PARTICIPANT + "/admit", SESSION, "AdmitParticipant", COMMANDED,
          unwrap="command"),
    Route("POST", PARTICIPANT + "/deny", SESSION, "DenyParticipant", COMMANDED, unwrap="command"),
    Route("POST", PARTICIPANT + "/remove", SESSION, "RemoveParticipant", COMMANDED,
          unwrap="command"),

    Route("POST", ONE_SESSION + "/recordings/start", SESSION, "StartRecording", MADE,
          unwrap="recording"),
    Route("POST", RECORDING + "/pause", SESSION, "PauseRecording", unwrap="recording"),
    Route("POST", RECORDING + "/resume", SESSION, "ResumeRecording", unwrap="recording"),
    Route("POST", RECORDING + "/stop", SESSION, "StopRecording", unwrap="recording"),

    Route("GET", MEETING + "/checklist", SESSION, "ListChecklist", list_of_meeting="items"),
    Route("PUT", MEETING + "/checklist/{item}", SESSION, "PutChecklistItem", unwrap="item"),

    Route("GET", MEETING + "/join-links", SESSION, "ListJoinLinks", list_of_meeting="items"),
    Route("POST", MEETING + "/join-links", SESSION, "CreateJoinLink", CREATED, unwrap="join_link"),
    Route("POST", MEETING + "/join-links/{join_link_id}/revoke", SESSION, "RevokeJoinLink",
          unwrap="join_link"),
    Route("POST", "/join-links/exchange", SESSION, "ExchangeJoinLink"),

    Route("GET", "/bot-kinds", BOTS, "ListBotKinds"),
    Route("GET", MEETING + "/bots", BOTS, "ListBots", list_of_meeting="items"),
    Route("POST", MEETING + "/bots", BOTS, "AttachBot", CREATED, unwrap="bot", location=BOT_HOME),
    Route("GET", BOT, BOTS, "GetBot", unwrap="bot"),
    Route("POST", BOT + "/leave", BOTS, "LeaveBot", unwrap="bot"),
    Route("POST", BOT + "/pause", BOTS, "PauseBot", unwrap="bot"),
    Route("POST", BOT + "/resume", BOTS, "ResumeBot", unwrap="bot"),
    Route("POST", BOT + "/command", BOTS, "CommandBot", COMMANDED, unwrap="command"),
    Route("GET", BOT + "/commands", BOTS, "ListBotCommands"),
    Route("GET", MEETING + "/insights", BOTS, "ListInsights", list_of_meeting="items"),
    Route("GET", MEETING + "/sentiment", BOTS, "GetSentiment", list_of_meeting="speakers"),

    Route("POST", "/policies", POLICIES, "CreatePolicy", CREATED,
          body="policy", unwrap="policy", location=POLICY_HOME),
    Route("GET", "/policies", POLICIES, "ListPolicies"),
    Route("POST", "/policies/dry-run", POLICIES, "TryRules"),
    Route("GET", POLICY, POLICIES, "GetPolicy", unwrap="policy"),
    Route("PATCH", POLICY, POLICIES, "UpdatePolicy", body="policy", unwrap="policy"),
    Route("DELETE", POLICY, POLICIES, "DeletePolicy", GONE),
    Route("GET", POLICY + "/firings", POLICIES, "ListPolicyFirings"),
    Route("POST", POLICY + "/dry-run", POLICIES, "TryPolicy"),

    Route("GET", MEETING + "/transcript", ARTIFACTS, "GetTranscript", READY,
          short=True, text="text"),
    Route("GET", MEETING + "/summary", ARTIFACTS, "GetSummary", READY_AFTER_END, short=True),
    Route("POST", MEETING + "/summary/regenerate", ARTIFACTS, "RegenerateSummary", RUNNING,
          unwrap="artifact"),
    Route("GET", MEETING + "/action-items", ARTIFACTS, "ListActionItems", READY_AFTER_END),
    Route("GET", MEETING + "/attendance", ARTIFACTS, "GetAttendance", READY_AFTER_END),
    Route("GET", MEETING + "/artifacts", ARTIFACTS, "ListArtifacts"),

    Route("GET", MEETING + "/recordings", RECORDINGS, "ListRecordings", list_of_meeting="items"),
    Route("GET", STORED_RECORDING, RECORDINGS, "GetRecording", unwrap="recording"),
    Route("DELETE", STORED_RECORDING, RECORDINGS, "DeleteRecording", GONE),

    Route("POST", ENDPOINTS, WEBHOOKS, "CreateEndpoint", CREATED,
          unwrap="endpoint", beside=("secret",), location=ENDPOINT_HOME),
    Route("GET", ENDPOINTS, WEBHOOKS, "ListEndpoints"),
    Route("GET", ENDPOINT, WEBHOOKS, "GetEndpoint", unwrap="endpoint"),
    Route("PATCH", ENDPOINT, WEBHOOKS, "UpdateEndpoint", unwrap="endpoint"),
    Route("DELETE", ENDPOINT, WEBHOOKS, "DeleteEndpoint", GONE),
    Route("POST", ENDPOINT + "/rotate-secret", WEBHOOKS, "RotateSecret"),
    Route("POST", ENDPOINT + "/test", WEBHOOKS, "TestEndpoint", unwrap="delivery"),
    Route("GET", ENDPOINT + "/deliveries", WEBHOOKS, "ListDeliveries"),
    Route("POST", ENDPOINT + "/deliveries/{delivery_id}/redeliver", WEBHOOKS, "Redeliver",
          unwrap="delivery"),
    Route("GET", "/webhooks/event-types", WEBHOOKS, "ListEventTypes"),

    Route("GET", "/me", ACCESS, "GetMe"),
    Route("POST", "/api-keys", ACCESS, "CreateApiKey", CREATED, unwrap="api_key", beside=("key",)),
    Route("GET", "/api-keys", ACCESS, "ListApiKeys"),
    Route("DELETE", "/api-keys/{api_key_id}", ACCESS, "RevokeApiKey", GONE),

    Route("PUT", SCENARIO, SANDBOX, "PutScenario", raw="content", unwrap="scenario"),
    Route("GET", "/sandbox/scenarios", SANDBOX, "ListScenarios"),
    Route("POST", SCENARIO + "/run", SANDBOX, "RunScenario", RUNNING,
          unwrap="run", location=OPERATION_HOME),
    Route("POST", "/sandbox/clock/advance", ACCESS, "AdvanceSandboxClock"),
    # An operation belongs to the service that its id's prefix names; so far all are `opn_ses_`.
    Route("GET", "/operations/{run_id}", SANDBOX, "GetScenarioRun", unwrap="run"),
]
# fmt: on

# The live feed is no unary rpc: `gateway.edge.live` speaks it.
LIVE_FEED = Route("GET", MEETING + "/events/stream", WEBHOOKS, "WatchEvents")

# Files are no unary rpcs either: `gateway.edge.download` passes them on.
DOWNLOAD = Route("GET", STORED_RECORDING + "/download", RECORDINGS, "DownloadRecording")
LINKED_DOWNLOAD = Route("GET", "/downloads/{code}", RECORDINGS, "DownloadByLink")
DOWNLOADS = (DOWNLOAD, LINKED_DOWNLOAD)
