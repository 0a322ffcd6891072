// DynamoDB through the AWS SDK for Java v2: the client, and the enhanced client's beans. Runs against AWS_ENDPOINT_URL;
// throws at the first surprise.

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.enhanced.dynamodb.Expression;
import software.amazon.awssdk.enhanced.dynamodb.Key;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.enhanced.dynamodb.extensions.annotations.DynamoDbVersionAttribute;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbBean;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbPartitionKey;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbSecondaryPartitionKey;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbSortKey;
import software.amazon.awssdk.enhanced.dynamodb.model.BatchGetItemEnhancedRequest;
import software.amazon.awssdk.enhanced.dynamodb.model.BatchWriteItemEnhancedRequest;
import software.amazon.awssdk.enhanced.dynamodb.model.ConditionCheck;
import software.amazon.awssdk.enhanced.dynamodb.model.CreateTableEnhancedRequest;
import software.amazon.awssdk.enhanced.dynamodb.model.Page;
import software.amazon.awssdk.enhanced.dynamodb.model.QueryConditional;
import software.amazon.awssdk.enhanced.dynamodb.model.ReadBatch;
import software.amazon.awssdk.enhanced.dynamodb.model.WriteBatch;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.waiters.DynamoDbWaiter;

public final class Tables {
    /** What the table holds, as a program would declare it. */
    @DynamoDbBean
    public static class Song {
        private String artist;
        private Integer number;
        private String title;
        private SdkBytes cover;
        private Set<String> tags;
        private Map<String, List<Integer>> charts;
        private Instant out;
        private Long version;

        @DynamoDbPartitionKey
        public String getArtist() { return artist; }
        public void setArtist(String artist) { this.artist = artist; }
        @DynamoDbSortKey
        public Integer getNumber() { return number; }
        public void setNumber(Integer number) { this.number = number; }
        @DynamoDbSecondaryPartitionKey(indexNames = "by-title")
        public String getTitle() { return title; }
        public void setTitle(String title) { this.title = title; }
        public SdkBytes getCover() { return cover; }
        public void setCover(SdkBytes cover) { this.cover = cover; }
        public Set<String> getTags() { return tags; }
        public void setTags(Set<String> tags) { this.tags = tags; }
        public Map<String, List<Integer>> getCharts() { return charts; }
        public void setCharts(Map<String, List<Integer>> charts) { this.charts = charts; }
        public Instant getOut() { return out; }
        public void setOut(Instant out) { this.out = out; }
        @DynamoDbVersionAttribute
        public Long getVersion() { return version; }
        public void setVersion(Long version) { this.version = version; }
    }

    private static Song song(String artist, int number, String title) {
        Song song = new Song();
        song.setArtist(artist);
        song.setNumber(number);
        song.setTitle(title);
        return song;
    }

    private static Key key(String artist, int number) {
        return Key.builder().partitionValue(artist).sortValue(number).build();
    }

    private static void equal(Object got, Object wanted) {
        if (!Objects.equals(got, wanted)) throw new AssertionError("got " + got + ", wanted " + wanted);
    }

    /** The exception of a call that must fail with one of this type. */
    private static <E extends Exception> E fails(Class<E> type, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException failure) {
            if (type.isInstance(failure)) return type.cast(failure);
            throw failure;
        }
        throw new AssertionError("no " + type.getSimpleName());
    }

    public static void main(String[] arguments) {
        String name = arguments[0];
        try (DynamoDbClient client = DynamoDbClient.builder().region(Region.US_EAST_1).build();
                DynamoDbWaiter waiter = DynamoDbWaiter.builder().client(client).overrideConfiguration(
                        o -> o.backoffStrategyV2(BackoffStrategy.fixedDelay(Duration.ofMillis(50)))).build()) {
            DynamoDbEnhancedClient enhanced = DynamoDbEnhancedClient.builder().dynamoDbClient(client).build();
            DynamoDbTable<Song> table = enhanced.table(name, TableSchema.fromBean(Song.class));
            CreateTableEnhancedRequest wanted = CreateTableEnhancedRequest.builder()
                    .globalSecondaryIndices(i -> i.indexName("by-title").projection(p -> p.projectionType(ProjectionType.ALL)))
                    .build();
            table.createTable(wanted);
            TableDescription described =
                    waiter.waitUntilTableExists(r -> r.tableName(name)).matched().response().orElseThrow().table();
            equal(described.tableStatus(), TableStatus.ACTIVE);
            equal(described.globalSecondaryIndexes().get(0).indexName(), "by-title");
            fails(ResourceInUseException.class, () -> table.createTable(wanted));

            items(client, table);
            batches(client, name);
            pages(client, table);
            transactions(enhanced, table);

            DynamoDbException refused = fails(DynamoDbException.class, () -> client.getItem(
                    r -> r.tableName(name).key(Map.of("artist", AttributeValue.fromS("Various")))));
            equal(refused.awsErrorDetails().errorCode(), "ValidationException");
            equal(refused.awsErrorDetails().errorMessage(), "The provided key element does not match the schema");
            equal(refused.statusCode(), 400);
            equal(table.deleteItem(key("Various", 24)).getTitle(), "even");
            table.deleteTable();
            waiter.waitUntilTableNotExists(r -> r.tableName(name));
            fails(ResourceNotFoundException.class, () -> table.getItem(key("Various", 1)));
        }
    }

    /** Single items: what is put comes back with its types, and a version that is out of date is refused. */
    private static void items(DynamoDbClient client, DynamoDbTable<Song> table) {
        Song first = song("Björk", 1, "Jóga");
        first.setCover(SdkBytes.fromByteArray(new byte[] {0, (byte) 255}));
        first.setTags(Set.of("a", "b"));
        first.setCharts(Map.of("is", List.of(1, 2), "none", List.of()));
        first.setOut(Instant.parse("1997-09-15T00:00:00.000000001Z"));
        table.putItem(first);
        Song back = table.getItem(r -> r.key(key("Björk", 1)).consistentRead(true));
        equal(back.getCover(), first.getCover());
        equal(back.getTags(), first.getTags());
        equal(back.getCharts(), first.getCharts());
        equal(back.getOut(), first.getOut());
        back.setTitle("Jóga (live)");
        equal(table.updateItem(back).getVersion(), back.getVersion() + 1);
        fails(ConditionalCheckFailedException.class, () -> table.updateItem(back));
        equal(table.getItem(key("Björk", 2)), null);

        ConditionalCheckFailedException failed = fails(ConditionalCheckFailedException.class, () -> client.updateItem(r -> r
                .tableName(table.tableName())
                .key(Map.of("artist", AttributeValue.fromS("Björk"), "number", AttributeValue.fromN("1")))
                .updateExpression("SET #t = :t").conditionExpression("attribute_not_exists(#t)")
                .expressionAttributeNames(Map.of("#t", "title"))
                .expressionAttributeValues(Map.of(":t", AttributeValue.fromS("other")))
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)));
        equal(failed.awsErrorDetails().errorMessage(), "The conditional request failed");
        equal(failed.item().get("title").s(), "Jóga (live)");
    }

    /** 25 items in one call, and some of them back in another, without versions: a batch takes no conditions. */
    private static void batches(DynamoDbClient client, String name) {
        DynamoDbEnhancedClient enhanced = DynamoDbEnhancedClient.builder().dynamoDbClient(client).extensions(List.of()).build();
        DynamoDbTable<Song> table = enhanced.table(name, TableSchema.fromBean(Song.class));
        WriteBatch.Builder<Song> puts = WriteBatch.builder(Song.class).mappedTableResource(table);
        IntStream.range(0, 25).forEach(n -> puts.addPutItem(song("Various", n, n % 2 == 0 ? "even" : "odd")));
        var written = enhanced.batchWriteItem(BatchWriteItemEnhancedRequest.builder().writeBatches(puts.build()).build());
        equal(written.unprocessedPutItemsForTable(table), List.of());
        ReadBatch.Builder<Song> gets = ReadBatch.builder(Song.class).mappedTableResource(table);
        gets.addGetItem(key("Various", 3)).addGetItem(key("Various", 99)).addGetItem(key("Björk", 1));
        var read = enhanced.batchGetItem(BatchGetItemEnhancedRequest.builder().readBatches(gets.build()).build());
        equal(read.resultsForTable(table).stream().count(), 2L);
    }

    /** Pages of a query with a filter, of an index, and of a scan. */
    private static void pages(DynamoDbClient client, DynamoDbTable<Song> table) {
        Expression even = Expression.builder().expression("#t = :t").putExpressionName("#t", "title")
                .putExpressionValue(":t", AttributeValue.fromS("even")).build();
        List<Integer> numbers = new ArrayList<>();
        table.query(r -> r.queryConditional(QueryConditional.sortBetween(key("Various", 5), key("Various", 14)))
                .filterExpression(even).scanIndexForward(false).limit(4)).items().forEach(s -> numbers.add(s.getNumber()));
        equal(numbers, List.of(14, 12, 10, 8, 6));
        QueryConditional odd = QueryConditional.keyEqualTo(k -> k.partitionValue("odd"));
        equal(table.index("by-title").query(odd).stream().mapToInt(page -> page.items().size()).sum(), 12);
        List<Page<Song>> scanned = table.scan(r -> r.limit(7)).stream().toList();
        equal(scanned.size(), 4);
        equal(scanned.stream().mapToInt(page -> page.items().size()).sum(), 26);
        equal(client.scanPaginator(r -> r.tableName(table.tableName()).limit(10)).items().stream().count(), 26L);
    }

    /** A transaction that one check stops, told by its reasons, and one that is made. */
    private static void transactions(DynamoDbEnhancedClient enhanced, DynamoDbTable<Song> table) {
        Expression absent = Expression.builder().expression("attribute_not_exists(artist)").build();
        ConditionCheck<Song> check = ConditionCheck.builder().key(key("Various", 3)).conditionExpression(absent)
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD).build();
        TransactionCanceledException cancelled = fails(TransactionCanceledException.class, () -> enhanced.transactWriteItems(
                r -> r.addPutItem(table, song("Nobody", 1, "none")).addConditionCheck(table, check)));
        equal(cancelled.awsErrorDetails().errorMessage().endsWith("[None, ConditionalCheckFailed]"), true);
        equal(cancelled.cancellationReasons().stream().map(CancellationReason::code).toList(),
                List.of("None", "ConditionalCheckFailed"));
        CancellationReason reason = cancelled.cancellationReasons().get(1);
        equal(reason.message(), "The conditional request failed");
        equal(reason.item().get("title").s(), "odd");
        enhanced.transactWriteItems(r -> r.addPutItem(table, song("Somebody", 1, "some")).addDeleteItem(table, key("Various", 3)));
        var documents = enhanced.transactGetItems(
                r -> r.addGetItem(table, key("Somebody", 1)).addGetItem(table, key("Various", 3)));
        equal(documents.get(0).getItem(table).getTitle(), "some");
        equal(documents.get(1).getItem(table), null);
    }
}
