namespace PlantedLeaks;

/// <summary>What the evidence must contain.</summary>
/// <param name="Type">What accumulates.</param>
/// <param name="Owner">Class and field that hold it.</param>
internal sealed record Truth(string Type, string Owner);
