namespace MutationTrials;

/// <summary>
/// Tries every change that Stryker compiled into an assembly. Exit codes: 0 if tests notice at least 80 % of them, 1 if fewer, 2 if it cannot be said.
/// </summary>
internal static class Program
{
    /// <summary>Marks the process that runs the tests; the other one watches it.</summary>
    public const string WorkerArgument = "--worker";

    private const double LowestPercentage = 80;

    private static int Main(string[] args)
    {
        bool isWorker = args is [WorkerArgument, ..];
        string[] rest = isWorker ? args[1..] : args;
        if (Settings.Parse(rest) is not { } settings)
        {
            Console.Error.WriteLine(Settings.Usage);
            return 2;
        }

        if (isWorker)
        {
            // What tests left running must not keep the process.
            Environment.Exit(new Worker(settings).Run());
        }

        try
        {
            Score score = new(MutationReport.Read(settings.Report, settings.Folder, settings.Sample), new Supervisor(settings, rest).Run());
            score.Write(Console.Out);
            return score.Percentage >= LowestPercentage ? 0 : 1;
        }
        catch (InvalidOperationException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 2;
        }
    }
}
