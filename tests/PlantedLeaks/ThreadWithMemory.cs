namespace PlantedLeaks;

/// <summary>A worker thread that lives as long as the process, so that what its thread statics hold stays.</summary>
internal static class ThreadWithMemory
{
    private static readonly AutoResetEvent Wanted = new(false);
    private static readonly AutoResetEvent Done = new(false);
    private static readonly Lazy<Thread> Worker = new(Start);

    private static int _number;

    /// <summary>Leaks an order on the worker.</summary>
    public static void Note(int number)
    {
        _ = Worker.Value;
        _number = number;
        Wanted.Set();
        Done.WaitOne();
    }

    private static Thread Start()
    {
        Thread thread = new(Loop) { IsBackground = true, Name = "worker with memory" };
        thread.Start();
        return thread;
    }

    private static void Loop()
    {
        while (true)
        {
            Wanted.WaitOne();
            RequestContext.Note(_number);
            Done.Set();
        }
    }
}
