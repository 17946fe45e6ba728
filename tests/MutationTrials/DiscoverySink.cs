using Xunit;
using Xunit.Abstractions;

namespace MutationTrials;

/// <summary>Collects the tests of an assembly.</summary>
internal sealed class DiscoverySink : LongLivedMarshalByRefObject, IMessageSink
{
    private readonly TaskCompletionSource<IReadOnlyList<ITestCase>> _found = new();
    private readonly List<ITestCase> _cases = [];

    public IReadOnlyList<ITestCase> Found => _found.Task.GetAwaiter().GetResult();

    public bool OnMessage(IMessageSinkMessage message)
    {
        if (message is ITestCaseDiscoveryMessage discovered)
        {
            _cases.Add(discovered.TestCase);
        }
        else if (message is IDiscoveryCompleteMessage)
        {
            _found.TrySetResult(_cases);
        }

        return true;
    }
}
