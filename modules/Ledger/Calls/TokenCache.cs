using System.Collections.Concurrent;
using Microsoft.IdentityModel.Tokens;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// Keeps what a valid token said for at most 60 seconds, and never past its expiry, since checking the signature costs
/// more than all the rest of a call. Only what the identity provider said is kept: who leads what, and whether they
/// were stood down, is asked of the ledger in each call.
/// </summary>
internal sealed class TokenCache(TokenHandler checking, TimeProvider time) : TokenHandler
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private const int Most = 10_000;

    // The first checks fetch the provider's keys, and hold a thread each meanwhile: a crowd at a cold start would hold
    // every thread, also those that the fetching needs, until it times out and all are refused.
    private readonly SemaphoreSlim _turns = new(Environment.ProcessorCount);

    private readonly ConcurrentDictionary<string, (TokenValidationResult Result, DateTimeOffset Until)> _valid = new(StringComparer.Ordinal);

    public override int MaximumTokenSizeInBytes { get => checking.MaximumTokenSizeInBytes; set => checking.MaximumTokenSizeInBytes = value; }

    public override SecurityToken ReadToken(string token) => checking.ReadToken(token);

    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        if (Known(token) is { } known) return Again(known);
        await _turns.WaitAsync();
        try
        {
            return Known(token) is { } since ? Again(since) : await Check(token, validationParameters);
        }
        finally
        {
            _turns.Release();
        }
    }

    private TokenValidationResult? Known(string token) =>
        _valid.TryGetValue(token, out var known) && time.GetUtcNow() < known.Until ? known.Result : null;

    private async Task<TokenValidationResult> Check(string token, TokenValidationParameters validationParameters)
    {
        var now = time.GetUtcNow();
        var result = await checking.ValidateTokenAsync(token, validationParameters);
        if (!result.IsValid) return result;
        var expiry = new DateTimeOffset(DateTime.SpecifyKind(result.SecurityToken.ValidTo, DateTimeKind.Utc));
        var until = expiry < now + Longest ? expiry : now + Longest;
        if (_valid.Count >= Most) _valid.Clear();
        _valid[token] = (result, until);
        return Again(result);
    }

    public override Task<TokenValidationResult> ValidateTokenAsync(SecurityToken token, TokenValidationParameters validationParameters) =>
        checking.ValidateTokenAsync(token, validationParameters);

    // Each call has its own claims, so that nothing one call adds is seen by another.
    private static TokenValidationResult Again(TokenValidationResult known) => new()
    {
        IsValid = true,
        ClaimsIdentity = known.ClaimsIdentity.Clone(),
        Issuer = known.Issuer,
        SecurityToken = known.SecurityToken,
        TokenType = known.TokenType,
    };
}
