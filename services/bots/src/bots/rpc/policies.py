"""Policies on the wire: decode, call, encode."""

from bots.domain.policy import AppliesTo, PolicyState
from bots.service.policies import Draft, Firing, Policies
from bots.service.trying import Trying
from bots.wire import (
    action_to_wire,
    config_of,
    dry_firing_to_wire,
    insight_to_wire,
    policy_to_wire,
)
from common import rpc
from convene.bots.v1 import policies_pb2 as pb
from convene.bots.v1.policies_pb2_grpc import PolicyServiceServicer


class PolicyRpc(PolicyServiceServicer):
    def __init__(self, policies: Policies, trying: Trying) -> None:
        self._policies = policies
        self._trying = trying

    async def CreatePolicy(
        self, request: pb.CreatePolicyRequest, context: rpc.Context
    ) -> pb.CreatePolicyResponse:
        made = await self._policies.create(rpc.caller(), _draft_of(request.policy))
        return pb.CreatePolicyResponse(policy=policy_to_wire(made))

    async def ListPolicies(
        self, request: pb.ListPoliciesRequest, context: rpc.Context
    ) -> pb.ListPoliciesResponse:
        found, token = await self._policies.page(
            rpc.caller(), request.page_size, request.page_token
        )
        return pb.ListPoliciesResponse(
            items=[policy_to_wire(one) for one in found], next_page_token=token
        )

    async def GetPolicy(
        self, request: pb.GetPolicyRequest, context: rpc.Context
    ) -> pb.GetPolicyResponse:
        found = await self._policies.get(rpc.caller(), request.policy_id)
        return pb.GetPolicyResponse(policy=policy_to_wire(found))

    async def UpdatePolicy(
        self, request: pb.UpdatePolicyRequest, context: rpc.Context
    ) -> pb.UpdatePolicyResponse:
        changed = await self._policies.update(
            rpc.caller(),
            request.policy_id,
            _draft_of(request.policy),
            request.update_mask.paths,
            request.etag,
        )
        return pb.UpdatePolicyResponse(policy=policy_to_wire(changed))

    async def DeletePolicy(
        self, request: pb.DeletePolicyRequest, context: rpc.Context
    ) -> pb.DeletePolicyResponse:
        await self._policies.delete(rpc.caller(), request.policy_id, request.etag)
        return pb.DeletePolicyResponse()

    async def ListPolicyFirings(
        self, request: pb.ListPolicyFiringsRequest, context: rpc.Context
    ) -> pb.ListPolicyFiringsResponse:
        found, token = await self._policies.firings(
            rpc.caller(), request.policy_id, request.page_size, request.page_token
        )
        return pb.ListPolicyFiringsResponse(
            items=[_firing_to_wire(one) for one in found], next_page_token=token
        )

    async def TryPolicy(
        self, request: pb.TryPolicyRequest, context: rpc.Context
    ) -> pb.TryPolicyResponse:
        tried = await self._trying.policy(
            rpc.caller(), request.policy_id, request.meeting_id, request.session_id
        )
        return pb.TryPolicyResponse(
            items=[dry_firing_to_wire(one, name) for one, name in tried.found],
            segments=tried.segments,
            truncated=tried.truncated,
        )

    async def TryRules(
        self, request: pb.TryRulesRequest, context: rpc.Context
    ) -> pb.TryRulesResponse:
        tried = await self._trying.rules(
            rpc.caller(),
            [config_of(one) for one in request.rules],
            request.language,
            request.meeting_id,
            request.session_id,
        )
        return pb.TryRulesResponse(
            items=[dry_firing_to_wire(one, name) for one, name in tried.found],
            segments=tried.segments,
            truncated=tried.truncated,
        )


def _draft_of(wire: pb.CompliancePolicyDraft) -> Draft:
    is_disabled = wire.state == pb.COMPLIANCE_POLICY_STATE_DISABLED
    return Draft(
        name=wire.name,
        description=wire.description,
        state=PolicyState.DISABLED if is_disabled else PolicyState.ENABLED,
        rules=[config_of(one) for one in wire.rules],
        applies_to=AppliesTo(wire.applies_to.all, tuple(wire.applies_to.tags)),
    )


def _firing_to_wire(firing: Firing) -> pb.PolicyFiring:
    return pb.PolicyFiring(
        insight=insight_to_wire(firing.insight),
        actions=[action_to_wire(act) for act in firing.acts],
    )
