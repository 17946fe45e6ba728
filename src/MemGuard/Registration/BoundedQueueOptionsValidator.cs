using MemGuard.Bounded;
using Microsoft.Extensions.Options;

namespace MemGuard;

/// <summary>Says at the start of the host what the queue's constructor would say later.</summary>
internal sealed class BoundedQueueOptionsValidator<T> : IValidateOptions<BoundedQueueOptions<T>>
{
    public ValidateOptionsResult Validate(string? name, BoundedQueueOptions<T> options)
    {
        List<string> errors = [.. options.GetErrors()];
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
