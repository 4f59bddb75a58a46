using System.Collections.Concurrent;
using Microsoft.IdentityModel.Tokens;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// What valid tokens said, each for at most 60 seconds and never past its expiry. Only what the identity provider said is
/// kept: who leads what, and whether they were stood down, is asked of the ledger in each call.
/// </summary>
internal sealed class KnownTokens(TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, (TokenValidationResult Result, DateTimeOffset Until, DateTimeOffset Expiry)> _valid = new(StringComparer.Ordinal);

    /// <summary>What a token said; null when it is not known to be valid.</summary>
    public TokenValidationResult? Find(string token) => _valid.TryGetValue(token, out var known) && time.GetUtcNow() < known.Until ? known.Result : null;

    /// <summary>Whether a token was valid when it was last checked, and has not expired since; it may have to be checked again.</summary>
    public bool HasMet(string token) => _valid.TryGetValue(token, out var known) && time.GetUtcNow() < known.Expiry;

    /// <summary>Keeps what a token said that was checked just now.</summary>
    public void Keep(string token, TokenValidationResult result)
    {
        var expiry = new DateTimeOffset(DateTime.SpecifyKind(result.SecurityToken.ValidTo, DateTimeKind.Utc));
        var longest = time.GetUtcNow() + Longest;
        if (_valid.Count >= Most) _valid.Clear();
        _valid[token] = (result, expiry < longest ? expiry : longest, expiry);
    }
}

/// <summary>Asks what is known of a token before it is checked, since checking the signature costs more than all the rest of a call.</summary>
internal sealed class TokenCache(TokenHandler checking, KnownTokens tokens) : TokenHandler
{
    // The first checks fetch the provider's keys, and hold a thread each meanwhile: a crowd at a cold start would hold
    // every thread, also those that the fetching needs, until it times out and all are refused.
    private readonly SemaphoreSlim _turns = new(Environment.ProcessorCount);

    public override int MaximumTokenSizeInBytes { get => checking.MaximumTokenSizeInBytes; set => checking.MaximumTokenSizeInBytes = value; }

    public override SecurityToken ReadToken(string token) => checking.ReadToken(token);

    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        if (tokens.Find(token) is { } known) return Again(known);
        await _turns.WaitAsync();
        try
        {
            return tokens.Find(token) is { } since ? Again(since) : await Check(token, validationParameters);
        }
        finally
        {
            _turns.Release();
        }
    }

    private async Task<TokenValidationResult> Check(string token, TokenValidationParameters validationParameters)
    {
        var result = await checking.ValidateTokenAsync(token, validationParameters);
        if (!result.IsValid) return result;
        tokens.Keep(token, result);
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
