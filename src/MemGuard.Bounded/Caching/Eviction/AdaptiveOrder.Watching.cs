namespace MemGuard.Bounded;

// What the main part would lose with fewer slots: the reads of those entries that would go first.
internal sealed partial class AdaptiveOrder<TKey, TValue>
{
    /// <summary>Twice as many would be worth a tenth of a point of the hit ratio, for some 3 % more time an insert.</summary>
    private const int MaxWatched = 16;

    /// <summary>Ends all watches and begins new ones, on entries without a mark from the hand onwards.</summary>
    private void WatchOthers()
    {
        foreach (int watched in _watched)
        {
            if (watched != 0)
            {
                EndWatch(watched);
            }
        }

        int most = Math.Clamp(_capacity / 32, 4, MaxWatched);
        int count = 0;
        int index = _hand != 0 ? _hand : _main.Oldest;
        for (int step = 0; step < 2 * most && count < most && index != 0; step++)
        {
            ref byte watch = ref Links[index].Watch;
            if (Slots[index].Frequency == 0 && watch == 0)
            {
                _watched[count++] = index;
                watch = (byte)count;
            }

            index = GetNext(index);
        }

        _balance.RecordWatch(count);
    }

    private void EndWatch(int index)
    {
        ref byte watch = ref Links[index].Watch;
        if (watch == 0)
        {
            return;
        }

        if (Slots[index].Frequency > 0)
        {
            _balance.RecordRead();
        }

        _watched[watch - 1] = 0;
        watch = 0;
    }
}
