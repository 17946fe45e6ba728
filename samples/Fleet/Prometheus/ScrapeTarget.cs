namespace Fleet.Prometheus;

/// <summary>Something that Prometheus scrapes.</summary>
/// <param name="Job">The name of the service.</param>
/// <param name="Instance">The name of the instance.</param>
/// <param name="Endpoint">Where its metrics are.</param>
internal sealed record ScrapeTarget(string Job, string Instance, Uri Endpoint);
