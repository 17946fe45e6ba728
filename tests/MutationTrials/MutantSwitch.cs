using System.Reflection;

namespace MutationTrials;

/// <summary>The class that Stryker compiles into the mutated assembly: it says which change is active, and notes which ones the running code comes by.</summary>
internal sealed class MutantSwitch
{
    private const int None = -1;

    private readonly FieldInfo _active;
    private readonly FieldInfo _capture;
    private readonly MethodInfo _takeCoverage;

    /// <exception cref="InvalidOperationException">The assembly was not mutated.</exception>
    public MutantSwitch(Assembly mutated)
    {
        Type control = Array.Find(mutated.GetTypes(), static type => type.Name == "MutantControl") ?? throw new InvalidOperationException($"{mutated.Location} has no changes in it.");
        _active = control.GetField("ActiveMutant")!;
        _capture = control.GetField("CaptureCoverage")!;
        _takeCoverage = control.GetMethod("GetCoverageData")!;
        TurnOff();
        _capture.SetValue(null, false);
    }

    public void TurnOn(int mutant) => _active.SetValue(null, mutant);

    public void TurnOff() => TurnOn(None);

    public void BeginCapture()
    {
        _capture.SetValue(null, true);
        _ = TakeCoverage();
    }

    /// <returns>The changes that were come by since <see cref="BeginCapture"/>, and those of them that initialised a type.</returns>
    public (IReadOnlyList<int> Covered, IReadOnlyList<int> Static) EndCapture()
    {
        _capture.SetValue(null, false);
        return TakeCoverage();
    }

    private (IReadOnlyList<int> Covered, IReadOnlyList<int> Static) TakeCoverage()
    {
        IList<int>[] data = (IList<int>[])_takeCoverage.Invoke(null, null)!;
        return ([.. data[0]], [.. data[1]]);
    }
}
