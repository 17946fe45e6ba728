using MemGuard.Lifetimes;
using Microsoft.Extensions.Options;

namespace MemGuard;

/// <summary>Says at the start of the host what the constructor would say later.</summary>
internal sealed class GuardedEventOptionsValidator : IValidateOptions<GuardedEventOptions>
{
    public ValidateOptionsResult Validate(string? name, GuardedEventOptions options)
    {
        List<string> errors = [.. options.GetErrors().Select(error => $"GuardedEvent \"{name}\": {error}")];
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
