using MemGuard.Bounded;
using Microsoft.Extensions.Options;

namespace MemGuard;

/// <summary>Stops the host at its start when a cache's options are wrong, with all that is wrong in one message.</summary>
internal sealed class BoundedCacheOptionsValidator<TKey, TValue> : IValidateOptions<BoundedCacheOptions<TKey, TValue>>
    where TKey : notnull
{
    public ValidateOptionsResult Validate(string? name, BoundedCacheOptions<TKey, TValue> options)
    {
        List<string> errors = [.. options.GetErrors().Select(error => $"BoundedCache \"{name}\": {error}")];
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
