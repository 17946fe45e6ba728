namespace Hostile;

/// <summary>A scenario cannot be brought about on this machine.</summary>
internal sealed class SkippedException(string message) : Exception(message);
