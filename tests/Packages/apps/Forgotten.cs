internal static class Forgotten
{
    public static async Task WaitAsync()
    {
        CancellationTokenSource source = new(TimeSpan.FromMinutes(1));
        await Task.Delay(1, source.Token);
    }
}
