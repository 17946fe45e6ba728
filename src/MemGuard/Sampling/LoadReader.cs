using MemGuard.Faults;

namespace MemGuard.Sampling;

/// <summary>
/// Asks the user's load signal on the thread pool: a signal that hangs or throws costs its own value, never a sample. Each sample takes the
/// answer to the question that the sample before it asked, and asks anew.
/// </summary>
/// <remarks>The sampling thread calls <see cref="Read"/>; allocates nothing.</remarks>
internal sealed class LoadReader(Func<double> signal, InternalFaults faults) : IThreadPoolWorkItem
{
    private const double Unknown = double.NaN;

    // Written by whoever asks, under the flag; read after the flag was seen cleared.
    private double _answer = Unknown;

    /// <summary>1 while a question is under way.</summary>
    private int _isAsking;

    /// <returns>The signal's total as of the sample before; null before the first answer, and while one is late.</returns>
    public double? Read()
    {
        if (Interlocked.CompareExchange(ref _isAsking, 1, 0) != 0)
        {
            return null;
        }

        double answer = _answer;
        _answer = Unknown;
        if (!faults.Get("asking the load signal", this, static reader => ThreadPool.UnsafeQueueUserWorkItem(reader, preferLocal: false), false))
        {
            // Nobody will answer: the next sample asks again.
            Volatile.Write(ref _isAsking, 0);
        }

        return double.IsFinite(answer) ? answer : null;
    }

    void IThreadPoolWorkItem.Execute()
    {
        _answer = faults.GetPart("the load signal", signal, static ask => ask(), Unknown);
        Volatile.Write(ref _isAsking, 0);
    }
}
