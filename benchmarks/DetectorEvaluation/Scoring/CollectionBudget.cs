namespace DetectorEvaluation.Scoring;

/// <summary>The service's budget of confirming collections: six an episode, ten seconds apart, then none for ten minutes; 24 a day.</summary>
internal sealed class CollectionBudget
{
    private readonly Queue<double> _day = [];
    private int _episode;
    private double _last = double.NegativeInfinity;

    public bool Allows(double time)
    {
        while (_day.TryPeek(out double oldest) && oldest < time - 86400)
        {
            _day.Dequeue();
        }

        if (time - _last >= 600)
        {
            _episode = 0;
        }

        if (_episode >= 6 || _day.Count >= 24 || time - _last < 10)
        {
            return false;
        }

        _episode++;
        _last = time;
        _day.Enqueue(time);
        return true;
    }
}
