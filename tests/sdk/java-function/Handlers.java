import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;

/** A function in Java: it gives its event back with what it knows of itself, or fails where it is asked to. */
public class Handlers implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    private int count;

    @Override
    public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
        context.getLogger().log("called with " + event.size() + "\n");
        System.out.println("printed");
        if (event.containsKey("fail")) {
            throw new IllegalStateException("no " + event.get("fail"));
        }
        count++;
        return Map.of(
            "event", event,
            "count", count,
            "name", context.getFunctionName(),
            "id", context.getAwsRequestId(),
            "own", System.getenv("OWN"),
            "waits", context.getRemainingTimeInMillis() > 0);
    }
}
