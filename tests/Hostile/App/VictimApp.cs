using System.Diagnostics;
using System.Globalization;
using MemGuard;
using MemGuard.Bounded;
using MemGuard.HeapSnapshots;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hostile.App;

/// <summary>
/// A small service with everything of MemGuard turned on. It takes one command a line and answers each with one line; MemGuard's own lines are
/// written as <c>log|id|level|text</c>.
/// </summary>
internal static class VictimApp
{
    public static async Task<int> RunAsync(string directory, string[] settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        Dictionary<string, string?> configuration = new()
        {
            ["MemGuard:SamplingInterval"] = "00:00:00.1",
            ["MemGuard:RecordTo"] = Path.Combine(directory, "series"),
            ["MemGuard:RecordMaxFileBytes"] = "65536",
            ["MemGuard:RecordMaxFiles"] = "2",
            ["MemGuard:HeapSnapshots:Directory"] = Path.Combine(directory, "snapshots"),
            ["MemGuard:HeapSnapshots:MinimumInterval"] = "00:00:00",
            ["MemGuard:HeapSnapshots:MaxPerDay"] = "1000",
            ["MemGuard:HeapSnapshots:MaxPause"] = "00:01:00",
            ["MemGuard:HeapSnapshots:MaxKept"] = "3",
        };
        foreach (string setting in settings)
        {
            string[] pair = setting.Split('=', 2);
            configuration[pair[0]] = pair[1];
        }

        builder.Configuration.AddInMemoryCollection(configuration);
        builder.Logging.AddProvider(new LineLogger());
        builder.Services.AddMemGuard().AddHeapSnapshots();
        builder.Services.AddBoundedCache<string, byte[]>("sessions", static options =>
        {
            options.Capacity = 1000;
            options.TimeToLive = TimeSpan.FromMinutes(1);
        });
        using IHost host = builder.Build();
        await host.StartAsync();
        Commands commands = new(host, directory);
        Say("ready", "");

        // The end comes by the command "stop", by SIGTERM, or with whoever gives the commands.
        Task answering = AnswerAsync(commands);
        await Task.WhenAny(answering, host.WaitForShutdownAsync());
        await host.StopAsync();
        return 0;
    }

    private static async Task AnswerAsync(Commands commands)
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            string[] words = line.Split(' ');
            long start = Stopwatch.GetTimestamp();
            string answer;
            try
            {
                answer = await commands.RunAsync(words);
            }
            catch (Exception exception)
            {
                answer = $"FAILED {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}";
            }

            Say(words[0], string.Create(CultureInfo.InvariantCulture, $"{answer} in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms"));
            if (words[0] == "stop")
            {
                return;
            }
        }
    }

    private static void Say(string command, string answer) => Console.Out.WriteLine($"answer|{command}|{answer}");
}
