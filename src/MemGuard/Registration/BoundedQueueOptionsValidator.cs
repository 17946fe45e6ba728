using MemGuard.Bounded;
using Microsoft.Extensions.Options;

namespace MemGuard;

/// <summary>Says at the start of the host what the queue's constructor would say later.</summary>
internal sealed class BoundedQueueOptionsValidator<T> : IValidateOptions<BoundedQueueOptions<T>>
{
    public ValidateOptionsResult Validate(string? name, BoundedQueueOptions<T> options)
    {
        try
        {
            options.Validate();
            return ValidateOptionsResult.Success;
        }
        catch (ArgumentException exception)
        {
            return ValidateOptionsResult.Fail(exception.Message);
        }
    }
}
