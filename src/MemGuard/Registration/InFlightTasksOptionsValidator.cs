using MemGuard.Bounded;
using Microsoft.Extensions.Options;

namespace MemGuard;

/// <summary>Says at the start of the host what the constructor would say later.</summary>
internal sealed class InFlightTasksOptionsValidator : IValidateOptions<InFlightTasksOptions>
{
    public ValidateOptionsResult Validate(string? name, InFlightTasksOptions options)
    {
        List<string> errors = [.. options.GetErrors()];
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
