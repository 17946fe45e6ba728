using System.Globalization;
using System.Net.Sockets;

namespace Hostile.Scenarios;

/// <summary>Somebody else answers.</summary>
internal static class StrangerScenarios
{
    public static IEnumerable<Scenario> All => [new("another process listens at the place of the diagnostics endpoint", FakeEndpoint)];

    // With the diagnostics off nothing is there, and anybody may put something there: it answers with an endless stream.
    private static void FakeEndpoint(Trial trial)
    {
        AppProcess app = trial.Start(settings: ["MemGuard:HeapSnapshots:CaptureMethod=EventPipe"], environment: ("DOTNET_EnableDiagnostics", "0"));
        string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{app.Id}/stat"));
        string startTime = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(trial.Root, string.Create(CultureInfo.InvariantCulture, $"dotnet-diagnostic-{app.Id}-{startTime}-socket"))));
        listener.Listen();
        long sent = 0;
        Thread answering = new(() => sent = AnswerForEver(listener)) { IsBackground = true };
        answering.Start();
        Dictionary<string, int> before = app.GetStatus();

        string answer = app.Ask("capture 2");

        Dictionary<string, int> after = app.GetStatus();
        trial.Note(answer);
        trial.Check(answer.StartsWith("0 taken", StringComparison.Ordinal), "a stranger's stream was believed: " + answer);
        trial.Check(after["resident"] <= before["resident"] + 20, "a stranger's stream was read without a bound");
        app.Stop();
    }

    private static long AnswerForEver(Socket listener)
    {
        long sent = 0;
        try
        {
            while (true)
            {
                using Socket connection = listener.Accept();
                byte[] noise = new byte[65536];
                while (connection.Connected)
                {
                    sent += connection.Send(noise);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return sent;
        }
    }
}
