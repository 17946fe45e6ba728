namespace Fleet.Prometheus;

/// <summary>An alert that fires.</summary>
/// <param name="Name">The rule's name.</param>
/// <param name="Job">The service that it is about.</param>
/// <param name="Subject">The instance, or for a rule over instances the version.</param>
/// <param name="Summary">What the rule says.</param>
internal sealed record FiringAlert(string Name, string Job, string Subject, string Summary);
