using Fleet.Shop;
using FleetNext;

// The next version of samples/Fleet's shop, with the regression that the rules are to find. Started by samples/Fleet.
await ShopApp.RunAsync(args is [string address] ? address : "http://127.0.0.1:0", Catalogue.Find);
