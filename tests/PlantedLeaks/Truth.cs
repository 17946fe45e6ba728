namespace PlantedLeaks;

/// <summary>What the evidence must contain.</summary>
/// <param name="Type">What accumulates.</param>
/// <param name="Owner">Class and field that hold it.</param>
/// <param name="OwnerByClass">The same where the container's registrations are not known, so that a service has the name of its class; null where that makes no difference.</param>
internal sealed record Truth(string Type, string Owner, string? OwnerByClass = null);
