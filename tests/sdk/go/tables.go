package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// What the table holds, as a program would declare it.
type song struct {
	Artist string                  `dynamodbav:"artist"`
	Number int                     `dynamodbav:"number"`
	Title  string                  `dynamodbav:"title,omitempty"`
	Length float64                 `dynamodbav:"length"`
	Cover  []byte                  `dynamodbav:"cover,omitempty"`
	Tags   []string                `dynamodbav:"tags,stringset,omitempty"`
	Charts map[string][]int        `dynamodbav:"charts"`
	Out    attributevalue.UnixTime `dynamodbav:"out"`
	Heard  *time.Time              `dynamodbav:"heard"`
}

func key(artist string, number int) map[string]types.AttributeValue {
	return must(attributevalue.MarshalMap(struct {
		Artist string `dynamodbav:"artist"`
		Number int    `dynamodbav:"number"`
	}{artist, number}))
}

// DynamoDB through the client, attributevalue's marshalled structs and expression's builders.
func tables(ctx context.Context, settings aws.Config, name string) {
	db := dynamodb.NewFromConfig(settings)
	table := aws.String(name)

	created := must(db.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: table, BillingMode: types.BillingModePayPerRequest,
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("artist"), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String("number"), KeyType: types.KeyTypeRange},
		},
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("artist"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("number"), AttributeType: types.ScalarAttributeTypeN},
		},
	}))
	equal(created.TableDescription.TableStatus, types.TableStatusCreating)
	exists := dynamodb.NewTableExistsWaiter(db, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 50*time.Millisecond, time.Second
	})
	described := must(exists.WaitForOutput(ctx, &dynamodb.DescribeTableInput{TableName: table}, 10*time.Second))
	equal(described.Table.TableStatus, types.TableStatusActive)
	equal(time.Since(*described.Table.CreationDateTime) < time.Minute, true)
	var used *types.ResourceInUseException
	_, err := db.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: table, BillingMode: types.BillingModePayPerRequest,
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("a"), KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("a"), AttributeType: types.ScalarAttributeTypeS}},
	})
	equal(errors.As(err, &used), true)

	first := song{
		Artist: "Björk", Number: 1, Title: "Jóga", Length: 305.25, Cover: []byte{0, 255},
		Tags: []string{"a", "b"}, Charts: map[string][]int{"is": {1, 2}, "none": {}},
		Out: attributevalue.UnixTime(time.Unix(873_763_200, 0)),
	}
	must(db.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: must(attributevalue.MarshalMap(first))}))
	got := must(db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: table, Key: key("Björk", 1), ConsistentRead: aws.Bool(true),
		ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	}))
	var back song
	check(attributevalue.UnmarshalMap(got.Item, &back))
	equal(back, first)
	equal(*got.ConsumedCapacity.CapacityUnits, 1.0)
	equal(got.Item["heard"], &types.AttributeValueMemberNULL{Value: true})

	update := must(expression.NewBuilder().
		WithUpdate(expression.Set(expression.Name("length"), expression.Name("length").Plus(expression.Value(0.75))).
			Set(expression.Name("charts.is[1]"), expression.Value(7)).
			Add(expression.Name("tags"), expression.Value(&types.AttributeValueMemberSS{Value: []string{"c"}})).
			Remove(expression.Name("cover"))).
		WithCondition(expression.Name("title").BeginsWith("Jó").And(expression.Size(expression.Name("cover")).Equal(expression.Value(2)))).
		Build())
	change := &dynamodb.UpdateItemInput{
		TableName: table, Key: key("Björk", 1), UpdateExpression: update.Update(), ConditionExpression: update.Condition(),
		ExpressionAttributeNames: update.Names(), ExpressionAttributeValues: update.Values(),
		ReturnValues:                        types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	changed := must(db.UpdateItem(ctx, change))
	back = song{}
	check(attributevalue.UnmarshalMap(changed.Attributes, &back))
	equal(back.Length, 306.0)
	equal(back.Charts["is"], []int{1, 7})
	equal(back.Tags, []string{"a", "b", "c"})
	equal(back.Cover == nil, true)
	var failed *types.ConditionalCheckFailedException
	_, err = db.UpdateItem(ctx, change)
	equal(errors.As(err, &failed), true)
	equal(failed.ErrorMessage(), "The conditional request failed")
	equal(failed.Item["number"], &types.AttributeValueMemberN{Value: "1"})

	var puts []types.WriteRequest
	for number := range 25 {
		item := must(attributevalue.MarshalMap(song{Artist: "Various", Number: number, Length: float64(number)}))
		puts = append(puts, types.WriteRequest{PutRequest: &types.PutRequest{Item: item}})
	}
	written := must(db.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{name: puts}}))
	equal(len(written.UnprocessedItems), 0)
	read := must(db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
		name: {Keys: []map[string]types.AttributeValue{key("Various", 3), key("Various", 99), key("Björk", 1)}},
	}}))
	equal(len(read.Responses[name]), 2)
	equal(len(read.UnprocessedKeys), 0)

	wanted := must(expression.NewBuilder().
		WithKeyCondition(expression.Key("artist").Equal(expression.Value("Various")).
			And(expression.Key("number").Between(expression.Value(5), expression.Value(14)))).
		WithFilter(expression.Name("length").In(expression.Value(6), expression.Value(9), expression.Value(90))).
		WithProjection(expression.NamesList(expression.Name("number"))).
		Build())
	query := dynamodb.NewQueryPaginator(db, &dynamodb.QueryInput{
		TableName: table, KeyConditionExpression: wanted.KeyCondition(), FilterExpression: wanted.Filter(),
		ProjectionExpression: wanted.Projection(), ExpressionAttributeNames: wanted.Names(),
		ExpressionAttributeValues: wanted.Values(), ScanIndexForward: aws.Bool(false), Limit: aws.Int32(4),
	})
	var numbers []int
	var looked int32
	for query.HasMorePages() {
		page := must(query.NextPage(ctx))
		var items []song
		check(attributevalue.UnmarshalListOfMaps(page.Items, &items))
		for _, item := range items {
			numbers = append(numbers, item.Number)
		}
		looked += page.ScannedCount
	}
	equal(numbers, []int{9, 6})
	equal(looked, int32(10))
	scan := dynamodb.NewScanPaginator(db, &dynamodb.ScanInput{TableName: table, Limit: aws.Int32(7)})
	pages, count := 0, int32(0)
	for ; scan.HasMorePages(); pages++ {
		count += must(scan.NextPage(ctx)).Count
	}
	equal(count, int32(26))
	equal(pages, 4)

	absent := must(expression.NewBuilder().WithCondition(expression.AttributeNotExists(expression.Name("artist"))).Build())
	var cancelled *types.TransactionCanceledException
	_, err = db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		{Put: &types.Put{TableName: table, Item: key("Nobody", 1)}},
		{Delete: &types.Delete{
			TableName: table, Key: key("Various", 3), ConditionExpression: absent.Condition(),
			ExpressionAttributeNames:            absent.Names(),
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}},
	}})
	equal(errors.As(err, &cancelled), true)
	equal(strings.HasSuffix(cancelled.ErrorMessage(), "[None, ConditionalCheckFailed]"), true)
	equal(*cancelled.CancellationReasons[0].Code, "None")
	equal(*cancelled.CancellationReasons[1].Code, "ConditionalCheckFailed")
	equal(*cancelled.CancellationReasons[1].Message, "The conditional request failed")
	equal(cancelled.CancellationReasons[1].Item["length"], &types.AttributeValueMemberN{Value: "3"})
	both := must(db.TransactGetItems(ctx, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
		{Get: &types.Get{TableName: table, Key: key("Nobody", 1)}},
		{Get: &types.Get{TableName: table, Key: key("Various", 3)}},
	}}))
	equal(len(both.Responses[0].Item), 0)
	equal(both.Responses[1].Item["number"], &types.AttributeValueMemberN{Value: "3"})

	var refused smithy.APIError
	_, err = db.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: map[string]types.AttributeValue{
		"artist": &types.AttributeValueMemberS{Value: "Various"},
	}})
	equal(errors.As(err, &refused), true)
	equal(refused.ErrorCode(), "ValidationException")
	equal(refused.ErrorMessage(), "The provided key element does not match the schema")

	deleted := must(db.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: table, Key: key("Various", 24), ReturnValues: types.ReturnValueAllOld,
	}))
	equal(deleted.Attributes["number"], &types.AttributeValueMemberN{Value: "24"})
	must(db.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: table}))
	gone := dynamodb.NewTableNotExistsWaiter(db, func(o *dynamodb.TableNotExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 50*time.Millisecond, time.Second
	})
	check(gone.Wait(ctx, &dynamodb.DescribeTableInput{TableName: table}, 10*time.Second))
	var unknown *types.ResourceNotFoundException
	_, err = db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: table})
	equal(errors.As(err, &unknown), true)
}
