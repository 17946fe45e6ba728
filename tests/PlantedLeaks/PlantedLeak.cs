namespace PlantedLeaks;

/// <summary>One leak with its truth.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Grow">Leaks about a megabyte.</param>
internal sealed record PlantedLeak(string Name, Action<IServiceProvider> Grow);
