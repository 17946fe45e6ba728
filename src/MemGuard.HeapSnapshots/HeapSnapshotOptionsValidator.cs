using Microsoft.Extensions.Options;

namespace MemGuard.HeapSnapshots;

/// <summary>Names every option outside its range.</summary>
internal sealed class HeapSnapshotOptionsValidator : IValidateOptions<HeapSnapshotOptions>
{
    private const int MaxCount = 1000;
    private const long SmallestBytes = 1L << 20;

    public ValidateOptionsResult Validate(string? name, HeapSnapshotOptions options)
    {
        List<string> failures = [];
        Check(failures, options.MaxPause, nameof(options.MaxPause), TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(5));
        Check(failures, options.MinimumInterval, nameof(options.MinimumInterval), TimeSpan.Zero, TimeSpan.FromDays(1));
        Check(failures, options.MaxAge, nameof(options.MaxAge), TimeSpan.FromMinutes(1), TimeSpan.FromDays(3660));
        Check(failures, options.MaxPerDay, nameof(options.MaxPerDay), 1, MaxCount);
        Check(failures, options.MaxKept, nameof(options.MaxKept), 1, MaxCount);
        Check(failures, options.MaxKeptBytes, nameof(options.MaxKeptBytes), SmallestBytes, long.MaxValue);
        if (!Enum.IsDefined(options.CaptureMethod))
        {
            failures.Add($"{nameof(HeapSnapshotOptions)}.{nameof(options.CaptureMethod)} is {options.CaptureMethod}; it must be one of {string.Join(", ", Enum.GetNames<CaptureMethod>())}.");
        }

        if (options.Directory is { } directory && string.IsNullOrWhiteSpace(directory))
        {
            failures.Add($"{nameof(HeapSnapshotOptions)}.{nameof(options.Directory)} must be a path or null.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void Check<T>(List<string> failures, T value, string option, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            failures.Add($"{nameof(HeapSnapshotOptions)}.{option} is {value}; it must be from {least} to {most}.");
        }
    }
}
