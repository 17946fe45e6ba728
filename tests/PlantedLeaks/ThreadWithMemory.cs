namespace PlantedLeaks;

/// <summary>A worker thread that lives as long as the process, so that what its thread statics hold stays.</summary>
internal static class ThreadWithMemory
{
    private static readonly AutoResetEvent Wanted = new(false);
    private static readonly AutoResetEvent Done = new(false);
    private static readonly Lazy<Thread> Worker = new(Start);

    /// <summary>Leaks a megabyte on the worker.</summary>
    public static void Run()
    {
        _ = Worker.Value;
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
            for (int i = 0; i < 1000; i++)
            {
                RequestContext.Note(i);
            }

            Done.Set();
        }
    }
}
