using MemGuard;
using MemGuard.Alerts;
using MemGuard.Recording;
using MemGuard.Samples;
using MemGuard.Sampling;
using MemGuard.Tool.Replays;
using Replay;

if (!ReplayArguments.TryParse(args, out ReplayArguments? arguments, out string? problem))
{
    Console.Error.WriteLine(problem);
    Console.Error.WriteLine(ReplayArguments.Usage);
    return 2;
}

int failures = 0;
foreach (string file in arguments.Files)
{
    string series = Path.GetFileNameWithoutExtension(file);
    try
    {
        // A bad line ends the series, but what came before it still counts.
        Exception? broken = null;
        IReadOnlyList<MemoryAlert> alerts = MemoryReplay.Run(SeriesUntil.Broken(SeriesReader.Read(file), exception => broken = exception));
        foreach (MemoryAlert alert in alerts)
        {
            Console.WriteLine(arguments.Json ? AlertJson.ToLine(series, alert) : $"{series}  {alert.Elapsed.TotalSeconds:0} s  {alert.Stage}  {alert.Message}");
        }

        if (arguments.Explain)
        {
            Explanation.Write(file, arguments.Json ? Console.Error : Console.Out);
        }

        if (alerts.Count == 0 && !arguments.Json)
        {
            Console.WriteLine($"{series}  no alert");
        }

        if (broken is not null)
        {
            Console.Error.WriteLine(broken.Message);
            failures++;
        }
    }
    catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SeriesFormatException)
    {
        // One bad file must not keep the others from being read.
        Console.Error.WriteLine(exception.Message);
        failures++;
    }
}

return failures == 0 ? 0 : 1;
