global using Check = NUnit.Framework.TestAttribute;

[assembly: NUnit.Framework.NonParallelizable]
