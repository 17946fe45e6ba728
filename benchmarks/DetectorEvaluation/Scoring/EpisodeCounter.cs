namespace DetectorEvaluation.Scoring;

/// <summary>Turns a state into alarms: a rise is one, unless the last ended less than six hours ago.</summary>
internal sealed class EpisodeCounter
{
    private const double Rearm = 6 * 3600;

    private bool _isOn;
    private double _lastOn = double.NegativeInfinity;

    public bool IsNew(double time, bool isOn)
    {
        bool isNew = isOn && !_isOn && time - _lastOn > Rearm;
        _isOn = isOn;
        if (isOn)
        {
            _lastOn = time;
        }

        return isNew;
    }
}
