namespace MemGuard.Tests.Support;

/// <summary>Runs the same work on threads of their own that start together: the thread pool might run short pieces one after the other.</summary>
internal static class ThreadTeam
{
    public static void Run(int count, Action<int> work)
    {
        using Barrier start = new(count);
        List<Exception> failures = [];
        Thread[] threads = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            int number = i;
            threads[i] = new Thread(() =>
            {
                start.SignalAndWait();
                try
                {
                    work(number);
                }
                catch (Exception exception)
                {
                    lock (failures)
                    {
                        failures.Add(exception);
                    }
                }
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }
}
