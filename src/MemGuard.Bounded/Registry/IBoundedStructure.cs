namespace MemGuard.Bounded;

/// <summary>What every structure in the registry can report and be asked to do. Implementations must be cheap and must not throw.</summary>
internal interface IBoundedStructure
{
    BoundedStructureUsage GetUsage();

    /// <summary>Adapts to memory pressure. May call the user's code, for what it evicts: never from the thread that measured the pressure.</summary>
    /// <param name="ratio">Memory pressure, 0–1: the used share of the nearest limit.</param>
    /// <param name="elapsed">Time since the last call.</param>
    /// <returns>Whether the structure is below its own bounds now, and wants to hear when the pressure has passed.</returns>
    bool OnPressure(double ratio, TimeSpan elapsed) => false;

    /// <summary>Nobody measures the pressure any more: the structure may use its own bounds again. Evicts nothing.</summary>
    void OnPressureGone()
    {
    }
}
