namespace Orleans.Runtime.Proxies;

internal interface IShapedRequest
{
    RequestShape GetShape();
}
