"""The methods of access: the caller's identity, and tokens."""

from starfoundry.daemon.access.caller import caller_of
from starfoundry.daemon.access.model import Role, Token
from starfoundry.daemon.access.tokens import Tokens
from starfoundry.kernel.instants import rfc3339
from starfoundry.wire import daemon_pb2 as wire


class AccessRpc:
    """The wire methods of access."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def GetCaller(self, request: wire.GetCallerRequest, context: object) -> wire.Caller:  # noqa: ARG002
        """The caller's identity."""
        caller = caller_of(context)
        return wire.Caller(
            name=caller.name,
            role=caller.role.name,
            all_players=caller.players is None,
            players=sorted(caller.players or ()),
            origin=caller.origin,
            expires_at=rfc3339(caller.expires_at),
        )

    async def CreateToken(self, request: wire.CreateTokenRequest, context: object) -> wire.CreateTokenResponse:
        """A new token; its secret is only in this answer. Or the role and players of a client certificate."""
        secret, token = await self._tokens.create(
            request.name,
            Role.parse(request.role),
            request.players,
            lifetime_seconds=request.lifetime_seconds,
            by=caller_of(context).name,
            certificate_sha256=request.certificate_sha256,
        )
        return wire.CreateTokenResponse(secret=secret, token=_message(token))

    async def ListTokens(
        self,
        request: wire.ListTokensRequest,  # noqa: ARG002
        context: object,  # noqa: ARG002
    ) -> wire.ListTokensResponse:
        """All tokens, including invalid ones, oldest first."""
        return wire.ListTokensResponse(tokens=[_message(each) for each in self._tokens.all()])

    async def RevokeToken(self, request: wire.RevokeTokenRequest, context: object) -> wire.AccessToken:  # noqa: ARG002
        """Revoke a token at once."""
        return _message(await self._tokens.revoke(request.name))


def _message(token: Token) -> wire.AccessToken:
    return wire.AccessToken(
        name=token.name,
        token_id=token.id,
        role=token.role.name,
        players=token.players,
        created_at=rfc3339(token.created_at),
        created_by=token.created_by,
        expires_at=rfc3339(token.expires_at),
        revoked_at=rfc3339(token.revoked_at),
        certificate_sha256=token.certificate_sha256,
    )
