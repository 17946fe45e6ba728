namespace Hostile;

/// <summary>The application did not do what a scenario needs.</summary>
internal sealed class ScenarioException(string message, Exception? inner = null) : Exception(message, inner);
