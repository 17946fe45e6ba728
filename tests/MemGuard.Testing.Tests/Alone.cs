// The figures are the process's: no two of these at once.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
