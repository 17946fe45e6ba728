namespace PlantedLeaks;

/// <summary>One leak with its truth.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="LeakOne">Leaks one object with what belongs to it.</param>
/// <param name="PerMegabyte">How many of them are about a megabyte.</param>
internal sealed record PlantedLeak(string Name, Action<IServiceProvider> LeakOne, int PerMegabyte)
{
    /// <summary>Leaks about a megabyte.</summary>
    public void Grow(IServiceProvider services)
    {
        for (int i = 0; i < PerMegabyte; i++)
        {
            LeakOne(services);
        }
    }
}
