using Hostile.Scenarios;

namespace Hostile;

/// <summary>All that is done to the application.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Scenario> All { get; } = [.. OperatingSystem.IsWindows() ? [] : DiskScenarios.All, .. LimitScenarios.All, .. FloodScenarios.All, .. EndScenarios.All, .. StrangerScenarios.All];
}
