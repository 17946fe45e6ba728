global using Check = Xunit.FactAttribute;

[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
