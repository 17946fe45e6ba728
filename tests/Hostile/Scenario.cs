using System.Diagnostics;

namespace Hostile;

/// <summary>Something that a hostile place does to the application.</summary>
/// <param name="Name">What.</param>
/// <param name="Act">Does it, and checks what is particular to it; what holds everywhere is checked after it.</param>
internal sealed record Scenario(string Name, Action<Trial> Act)
{
    /// <summary>Runs it in a fresh directory.</summary>
    public static Outcome Run(Scenario scenario, bool isLong)
    {
        long start = Stopwatch.GetTimestamp();
        using Trial trial = new(isLong);
        try
        {
            scenario.Act(trial);
            trial.CheckWhatHoldsEverywhere();
        }
        catch (SkippedException skipped)
        {
            return new Outcome(scenario.Name, [], [], skipped.Message, Stopwatch.GetElapsedTime(start));
        }
        catch (Exception exception)
        {
            trial.Fail(exception is ScenarioException ? exception.Message : exception.ToString());
        }

        return new Outcome(scenario.Name, trial.Failures, trial.Notes, null, Stopwatch.GetElapsedTime(start));
    }
}
