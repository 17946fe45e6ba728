namespace MemGuard.Bounded.Tests.Caching;

public class ValueDisposalTests
{
    private readonly List<string> _errors = [];

    [Fact]
    public void Dispose_ValueOfBothKinds_IsDisposedOfOnceAndAtOnce()
    {
        Disposable value = new();

        ValueDisposal.Dispose(value, _errors, Count);

        Assert.Equal((1, 0), (value.Disposals, value.AsyncDisposals));
    }

    [Fact]
    public void Dispose_AsynchronousValue_IsDisposedOf()
    {
        AsyncOnly value = new();

        ValueDisposal.Dispose(value, _errors, Count);

        Assert.Equal(1, value.Disposals);
        Assert.Empty(_errors);
    }

    [Fact]
    public void Dispose_AsynchronousDisposalFailsLater_IsCountedThen()
    {
        AsyncOnly value = new();
        ValueDisposal.Dispose(value, _errors, Count);
        Assert.Empty(_errors);

        value.End.SetException(new TimeoutException("planted"));

        Assert.True(SpinWait.SpinUntil(() => _errors.Count == 1, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Dispose_DisposalThrows_IsCounted()
    {
        ValueDisposal.Dispose(new Throwing(), _errors, Count);

        Assert.Single(_errors);
    }

    [Fact]
    public void Dispose_ValueThatCannotBeDisposedOf_IsLeftAlone()
    {
        ValueDisposal.Dispose("text", _errors, Count);
        ValueDisposal.Dispose<string?, List<string>>(null, _errors, Count);

        Assert.Empty(_errors);
    }

    private static void Count(List<string> errors) => errors.Add("error");

    private sealed class Disposable : IDisposable, IAsyncDisposable
    {
        public int Disposals { get; private set; }

        public int AsyncDisposals { get; private set; }

        public void Dispose() => Disposals++;

        public ValueTask DisposeAsync()
        {
            AsyncDisposals++;
            return default;
        }
    }

    private sealed class AsyncOnly : IAsyncDisposable
    {
        public TaskCompletionSource End { get; } = new();

        public int Disposals { get; private set; }

        public ValueTask DisposeAsync()
        {
            Disposals++;
            return new ValueTask(End.Task);
        }
    }

    private sealed class Throwing : IDisposable
    {
        public void Dispose() => throw new TimeoutException("planted");
    }
}
