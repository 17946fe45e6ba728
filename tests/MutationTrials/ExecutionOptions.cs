using Xunit.Abstractions;

namespace MutationTrials;

/// <summary>One test at a time: which test came by a change must be certain.</summary>
internal sealed class ExecutionOptions : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
{
    private readonly Dictionary<string, object?> _values = new()
    {
        ["xunit.execution.DisableParallelization"] = true,
        ["xunit.execution.MaxParallelThreads"] = 1,
        ["xunit.execution.SynchronousMessageReporting"] = true,
    };

    public TValue GetValue<TValue>(string name) => _values.TryGetValue(name, out object? value) && value is TValue known ? known : default!;

    public void SetValue<TValue>(string name, TValue value) => _values[name] = value;
}
