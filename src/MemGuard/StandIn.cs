namespace MemGuard;

/// <summary>
/// A watch that was attached to this process from outside, and gives way to one that the application starts itself: what its code says counts for more.
/// </summary>
/// <remarks>Known by way of <see cref="AppContext"/>, which all load contexts share: the one attached has its own copy of this library.</remarks>
internal static class StandIn
{
    /// <summary>Under this name an <see cref="Action"/> that ends the attached watch. It must not throw, and must not start one afterwards.</summary>
    public const string Name = "MemGuard.StandIn";

    /// <summary>Ends what was attached; nothing happens where nothing was.</summary>
    public static void Retire()
    {
        if (AppContext.GetData(Name) is Action end)
        {
            Containment.Run(end);
        }
    }
}
