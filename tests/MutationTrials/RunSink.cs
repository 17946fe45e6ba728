using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace MutationTrials;

/// <summary>Follows a run of tests.</summary>
internal sealed class RunSink : LongLivedMarshalByRefObject, IMessageSink
{
    private readonly ManualResetEventSlim _finished = new();
    private volatile ITestCase? _current;
    private volatile string? _failure;
    private int _messages;

    /// <value>False by default. True asks for the end at the first failure.</value>
    public bool EndsAtFailure { get; init; }

    /// <summary>The test that runs, or ran last.</summary>
    public ITestCase? Current => _current;

    /// <summary>The test that failed first.</summary>
    public ITestCase? Failed { get; private set; }

    /// <summary>What failed first; null if nothing did.</summary>
    public string? Failure => _failure;

    /// <summary>Grows as long as the run goes on.</summary>
    public int Messages => Volatile.Read(ref _messages);

    public bool WaitForEnd(TimeSpan time) => _finished.Wait(time);

    public bool OnMessage(IMessageSinkMessage message)
    {
        Interlocked.Increment(ref _messages);
        switch (message)
        {
            case ITestCaseStarting starting:
                _current = starting.TestCase;
                break;
            case ITestFailed failed:
                Fail(failed.TestCase, failed.TestCase.DisplayName);
                break;
            case IErrorMessage or ITestAssemblyCleanupFailure or ITestCollectionCleanupFailure or ITestClassCleanupFailure or ITestMethodCleanupFailure or ITestCaseCleanupFailure or ITestCleanupFailure:
                Fail(_current, message.GetType().Name);
                break;
            case ITestAssemblyFinished:
                _finished.Set();
                break;
        }

        return _failure is null || !EndsAtFailure;
    }

    private void Fail(ITestCase? test, string what)
    {
        if (_failure is null)
        {
            Failed = test;
            _failure = what;
        }
    }
}
