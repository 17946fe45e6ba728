using System.Globalization;

namespace HookApp;

/// <summary>What the process had cost when its Main began, and what it costs some seconds later: what a hook adds is the difference to the same without.</summary>
internal sealed record Cost(double Milliseconds, double Megabytes)
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(6);

    public static Cost AtStart() => Read();

    // Asleep all the time: whoever waited for the hook's file would count its own looking.
    public void Print()
    {
        Thread.Sleep(Settled);
        Cost end = Read();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"cost {Milliseconds:0.0} {end.Milliseconds:0.0} {Megabytes:0.0} {end.Megabytes:0.0}"));
    }

    private static Cost Read()
    {
        string peak = File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return new Cost(Environment.CpuUsage.TotalTime.TotalMilliseconds, double.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024);
    }
}
