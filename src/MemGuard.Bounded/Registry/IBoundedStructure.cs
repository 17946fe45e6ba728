namespace MemGuard.Bounded;

/// <summary>What every structure in the registry can say and be told. Implementations must be cheap and must not throw.</summary>
internal interface IBoundedStructure
{
    BoundedStructureUsage GetUsage();

    /// <param name="ratio">Memory pressure, 0–1: the used share of the nearest limit.</param>
    void OnPressure(double ratio);
}
