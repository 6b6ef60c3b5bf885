CREATE TABLE brand (
	brand_id INTEGER NOT NULL IDENTITY(1,1),
	brand_name NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
	country NCHAR(2) COLLATE Latin1_General_BIN2 NOT NULL,
	created_at DATETIME2(0) NOT NULL
);
GO
CREATE TABLE category (
	category_id INTEGER NOT NULL IDENTITY(1,1),
	category_name NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
	parent_category_id INTEGER NULL,
	level SMALLINT NOT NULL,
	created_at DATETIME2(0) NOT NULL,
	CONSTRAINT ck_category_level CHECK (level BETWEEN 1 AND 2),
	CONSTRAINT ck_category_parent_category_id_if_and_only_if CHECK ((parent_category_id IS NOT NULL) AND (level = 2) OR NOT (parent_category_id IS NOT NULL) AND NOT (level = 2))
);
GO
CREATE TABLE [order] (
	order_id BIGINT NOT NULL IDENTITY(1,1),
	order_date DATETIME2(0) NOT NULL,
	status VARCHAR(10) COLLATE Latin1_General_BIN2 NOT NULL,
	total_amount NUMERIC(12, 2) NOT NULL,
	paid_at DATETIME2(0) NULL,
	shipped_at DATETIME2(0) NULL,
	delivered_at DATETIME2(0) NULL,
	cancelled_at DATETIME2(0) NULL,
	returned_at DATETIME2(0) NULL,
	created_at DATETIME2(0) NOT NULL,
	CONSTRAINT ck_order_status CHECK (status IN ('PLACED', 'PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED', 'RETURNED')),
	CONSTRAINT ck_order_total_amount CHECK (total_amount > 0)
);
GO
CREATE TABLE promotion (
	promotion_id INTEGER NOT NULL IDENTITY(1,1),
	promotion_name NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
	promotion_type VARCHAR(20) COLLATE Latin1_General_BIN2 NOT NULL,
	discount_type VARCHAR(20) COLLATE Latin1_General_BIN2 NOT NULL,
	discount_value NUMERIC(10, 2) NOT NULL,
	start_date DATE NOT NULL,
	end_date DATE NOT NULL,
	created_at DATETIME2(0) NOT NULL,
	CONSTRAINT ck_promotion_discount_type CHECK (discount_type IN ('percentage', 'fixed amount')),
	CONSTRAINT ck_promotion_discount_value CHECK (discount_value > 0),
	CONSTRAINT ck_promotion_discount_value_percent CHECK (discount_type != 'percentage' OR discount_value BETWEEN 5 AND 70),
	CONSTRAINT ck_promotion_end_date_not_before_start_date CHECK (end_date >= start_date),
	CONSTRAINT ck_promotion_promotion_type CHECK (promotion_type IN ('product', 'category', 'seller', 'flash sale'))
);
GO
CREATE TABLE seller (
	seller_id INTEGER NOT NULL IDENTITY(1,1),
	seller_name NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL,
	join_date DATE NOT NULL,
	seller_type VARCHAR(20) COLLATE Latin1_General_BIN2 NOT NULL,
	rating NUMERIC(2, 1) NOT NULL,
	country NCHAR(2) COLLATE Latin1_General_BIN2 NOT NULL,
	created_at DATETIME2(0) NOT NULL,
	CONSTRAINT ck_seller_rating CHECK (rating BETWEEN 0 AND 5),
	CONSTRAINT ck_seller_seller_type CHECK (seller_type IN ('Official', 'Marketplace'))
);
GO
CREATE TABLE product (
	product_id INTEGER NOT NULL IDENTITY(1,1),
	product_name NVARCHAR(200) COLLATE Latin1_General_BIN2 NOT NULL,
	category_id INTEGER NOT NULL,
	brand_id INTEGER NOT NULL,
	seller_id INTEGER NOT NULL,
	price NUMERIC(10, 2) NOT NULL,
	discount_price NUMERIC(10, 2) NULL,
	stock_qty INTEGER NOT NULL,
	reorder_level INTEGER NOT NULL,
	reorder_qty INTEGER NOT NULL,
	lead_days SMALLINT NOT NULL,
	rating NUMERIC(2, 1) NOT NULL,
	is_active BIT NOT NULL,
	created_at DATETIME2(0) NOT NULL,
	retired_at DATETIME2(0) NULL,
	CONSTRAINT ck_product_discount_price CHECK (discount_price > 0 AND discount_price < price),
	CONSTRAINT ck_product_lead_days CHECK (lead_days BETWEEN 1 AND 30),
	CONSTRAINT ck_product_price CHECK (price > 0),
	CONSTRAINT ck_product_rating CHECK (rating BETWEEN 0 AND 5),
	CONSTRAINT ck_product_reorder_level CHECK (reorder_level >= 1),
	CONSTRAINT ck_product_reorder_qty CHECK (reorder_qty >= 1),
	CONSTRAINT ck_product_retired_at_if_and_only_if CHECK ((retired_at IS NOT NULL) AND (is_active = 0) OR NOT (retired_at IS NOT NULL) AND NOT (is_active = 0)),
	CONSTRAINT ck_product_stock_qty CHECK (stock_qty >= 0)
);
GO
CREATE TABLE order_item (
	order_item_id BIGINT NOT NULL IDENTITY(1,1),
	order_id BIGINT NOT NULL,
	product_id INTEGER NOT NULL,
	promotion_id INTEGER NULL,
	order_date DATETIME2(0) NOT NULL,
	quantity SMALLINT NOT NULL,
	unit_price NUMERIC(10, 2) NOT NULL,
	subtotal NUMERIC(12, 2) NOT NULL,
	returned_quantity SMALLINT NOT NULL,
	created_at DATETIME2(0) NOT NULL,
	CONSTRAINT ck_order_item_quantity CHECK (quantity BETWEEN 1 AND 10),
	CONSTRAINT ck_order_item_returned_quantity CHECK (returned_quantity BETWEEN 0 AND quantity),
	CONSTRAINT ck_order_item_subtotal CHECK (subtotal = quantity * unit_price),
	CONSTRAINT ck_order_item_unit_price CHECK (unit_price > 0)
);
GO
CREATE TABLE promotion_product (
	promo_product_id INTEGER NOT NULL IDENTITY(1,1),
	promotion_id INTEGER NOT NULL,
	product_id INTEGER NOT NULL,
	created_at DATETIME2(0) NOT NULL
);
GO
ALTER TABLE brand ADD CONSTRAINT pk_brand PRIMARY KEY (brand_id);
GO
ALTER TABLE brand ADD CONSTRAINT uq_brand_brand_name UNIQUE (brand_name);
GO
ALTER TABLE category ADD CONSTRAINT pk_category PRIMARY KEY (category_id);
GO
ALTER TABLE category ADD CONSTRAINT uq_category_category_name UNIQUE (category_name);
GO
ALTER TABLE [order] ADD CONSTRAINT pk_order PRIMARY KEY (order_id);
GO
ALTER TABLE promotion ADD CONSTRAINT pk_promotion PRIMARY KEY (promotion_id);
GO
ALTER TABLE promotion ADD CONSTRAINT uq_promotion_promotion_name UNIQUE (promotion_name);
GO
ALTER TABLE seller ADD CONSTRAINT pk_seller PRIMARY KEY (seller_id);
GO
ALTER TABLE seller ADD CONSTRAINT uq_seller_seller_name UNIQUE (seller_name);
GO
ALTER TABLE product ADD CONSTRAINT pk_product PRIMARY KEY (product_id);
GO
ALTER TABLE product ADD CONSTRAINT uq_product_seller_id UNIQUE (seller_id, product_name);
GO
ALTER TABLE order_item ADD CONSTRAINT pk_order_item PRIMARY KEY (order_item_id);
GO
ALTER TABLE order_item ADD CONSTRAINT uq_order_item_order_id UNIQUE (order_id, product_id);
GO
ALTER TABLE promotion_product ADD CONSTRAINT pk_promotion_product PRIMARY KEY (promo_product_id);
GO
ALTER TABLE promotion_product ADD CONSTRAINT uq_promotion_product_promotion_id UNIQUE (promotion_id, product_id);
GO
execute sp_addextendedproperty 'MS_Description', N'Brands of the goods on sale', 'schema', dbo, 'table', brand;
GO
execute sp_addextendedproperty 'MS_Description', N'Number of the brand, from 1 in order of creation', 'schema', dbo, 'table', brand, 'column', brand_id;
GO
execute sp_addextendedproperty 'MS_Description', N'Name of the brand', 'schema', dbo, 'table', brand, 'column', brand_name;
GO
execute sp_addextendedproperty 'MS_Description', N'Country of the brand, ISO 3166 alpha-2', 'schema', dbo, 'table', brand, 'column', country;
GO
execute sp_addextendedproperty 'MS_Description', N'When the row was made, before the window', 'schema', dbo, 'table', brand, 'column', created_at;
GO
ALTER TABLE category ADD CONSTRAINT fk_category_parent_category_id FOREIGN KEY(parent_category_id) REFERENCES category (category_id);
GO
execute sp_addextendedproperty 'MS_Description', N'Departments and the categories in them; products are in categories without children', 'schema', dbo, 'table', category;
GO
execute sp_addextendedproperty 'MS_Description', N'Number of the category, from 1 in order of creation', 'schema', dbo, 'table', category, 'column', category_id;
GO
execute sp_addextendedproperty 'MS_Description', N'Name of the category', 'schema', dbo, 'table', category, 'column', category_name;
GO
execute sp_addextendedproperty 'MS_Description', N'Category it is part of; empty at the top', 'schema', dbo, 'table', category, 'column', parent_category_id;
GO
execute sp_addextendedproperty 'MS_Description', N'1 at the top, 2 below', 'schema', dbo, 'table', category, 'column', level;
GO
execute sp_addextendedproperty 'MS_Description', N'When the row was made, not before its parent''s', 'schema', dbo, 'table', category, 'column', created_at;
GO
CREATE INDEX ix_order_order_date ON [order] (order_date);
GO
execute sp_addextendedproperty 'MS_Description', N'Orders of customers, across sellers', 'schema', dbo, 'table', [order];
GO
execute sp_addextendedproperty 'MS_Description', N'Number of the order, from 1 in order of creation', 'schema', dbo, 'table', [order], 'column', order_id;
GO
execute sp_addextendedproperty 'MS_Description', N'When it was placed', 'schema', dbo, 'table', [order], 'column', order_date;
GO
execute sp_addextendedproperty 'MS_Description', N'How far it has come; RETURNED only if every unit came back', 'schema', dbo, 'table', [order], 'column', status;
GO
execute sp_addextendedproperty 'MS_Description', N'Sum of its items, US dollars', 'schema', dbo, 'table', [order], 'column', total_amount;
GO
execute sp_addextendedproperty 'MS_Description', N'When it was paid', 'schema', dbo, 'table', [order], 'column', paid_at;
GO
execute sp_addextendedproperty 'MS_Description', N'When it left the warehouse', 'schema', dbo, 'table', [order], 'column', shipped_at;
GO
execute sp_addextendedproperty 'MS_Description', N'When it arrived', 'schema', dbo, 'table', [order], 'column', delivered_at;
GO
execute sp_addextendedproperty 'MS_Description', N'When it was cancelled, before it was shipped', 'schema', dbo, 'table', [order], 'column', cancelled_at;
GO
execute sp_addextendedproperty 'MS_Description', N'When something of it came back', 'schema', dbo, 'table', [order], 'column', returned_at;
GO
execute sp_addextendedproperty 'MS_Description', N'When the row was made, as it was placed', 'schema', dbo, 'table', [order], 'column', created_at;
GO
execute sp_addextendedproperty 'MS_Description', N'Promotions: lower prices for some days', 'schema', dbo, 'table', promotion;
GO
execute sp_addextendedproperty 'MS_Description', N'Number of the promotion, from 1 in order of creation', 'schema', dbo, 'table', promotion, 'column', promotion_id;
GO
execute sp_addextendedproperty 'MS_Description', N'Name of the promotion', 'schema', dbo, 'table', promotion, 'column', promotion_name;
GO
execute sp_addextendedproperty 'MS_Description', N'What it covers: products, goods of a category or of a seller, or a flash sale', 'schema', dbo, 'table', promotion, 'column', promotion_type;
GO
execute sp_addextendedproperty 'MS_Description', N'Whether the price falls by a percentage or by a fixed amount', 'schema', dbo, 'table', promotion, 'column', discount_type;
GO
execute sp_addextendedproperty 'MS_Description', N'Per cent, or US dollars, off the list price', 'schema', dbo, 'table', promotion, 'column', discount_value;
GO
execute sp_addextendedproperty 'MS_Description', N'First day', 'schema', dbo, 'table', promotion, 'column', start_date;
GO
execute sp_addextendedproperty 'MS_Description', N'Last day', 'schema', dbo, 'table', promotion, 'column', end_date;
GO
execute sp_addextendedproperty 'MS_Description', N'When the row was made, before the first day', 'schema', dbo, 'table', promotion, 'column', created_at;
GO
execute sp_addextendedproperty 'MS_Description', N'Sellers on the marketplace', 'schema', dbo, 'table', seller;
GO
execute sp_addextendedproperty 'MS_Description', N'Number of the seller, from 1 in order of creation', 'schema', dbo, 'table', seller, 'column', seller_id;
GO
execute sp_addextendedproperty 'MS_Description', N'Name of the seller; an Official one bears that of its brand', 'schema', dbo, 'table', seller, 'column', seller_name;
GO
execute sp_addextendedproperty 'MS_Description', N'Day on which the seller joined the marketplace', 'schema', dbo, 'table', seller, 'column', join_date;
GO
execute sp_addextendedproperty 'MS_Description', N'Official: a brand''s own shop. Marketplace: sells goods of several brands', 'schema', dbo, 'table', seller, 'column', seller_type;
GO
execute sp_addextendedproperty 'MS_Description', N'Mean rating of the seller, stars', 'schema', dbo, 'table', seller, 'column', rating;
GO
execute sp_addextendedproperty 'MS_Description', N'Country of the seller, ISO 3166 alpha-2', 'schema', dbo, 'table', seller, 'column', country;
GO
execute sp_addextendedproperty 'MS_Description', N'When the row was made, on the day of joining', 'schema', dbo, 'table', seller, 'column', created_at;
GO
ALTER TABLE product ADD CONSTRAINT fk_product_brand_id FOREIGN KEY(brand_id) REFERENCES brand (brand_id);
GO
ALTER TABLE product ADD CONSTRAINT fk_product_category_id FOREIGN KEY(category_id) REFERENCES category (category_id);
GO
ALTER TABLE product ADD CONSTRAINT fk_product_seller_id FOREIGN KEY(seller_id) REFERENCES seller (seller_id);
GO
CREATE INDEX ix_product_brand_id ON product (brand_id);
GO
CREATE INDEX ix_product_category_id ON product (category_id);
GO
execute sp_addextendedproperty 'MS_Description', N'Listings: one product of one seller', 'schema', dbo, 'table', product;
GO
execute sp_addextendedproperty 'MS_Description', N'Number of the product, from 1 in order of creation', 'schema', dbo, 'table', product, 'column', product_id;
GO
execute sp_addextendedproperty 'MS_Description', N'Name of the product, unique for its seller', 'schema', dbo, 'table', product, 'column', product_name;
GO
execute sp_addextendedproperty 'MS_Description', N'Category, one without children', 'schema', dbo, 'table', product, 'column', category_id;
GO
execute sp_addextendedproperty 'MS_Description', N'Brand', 'schema', dbo, 'table', product, 'column', brand_id;
GO
execute sp_addextendedproperty 'MS_Description', N'Who sells it', 'schema', dbo, 'table', product, 'column', seller_id;
GO
execute sp_addextendedproperty 'MS_Description', N'List price, US dollars', 'schema', dbo, 'table', product, 'column', price;
GO
execute sp_addextendedproperty 'MS_Description', N'Price after a standing markdown, US dollars; empty without one', 'schema', dbo, 'table', product, 'column', discount_price;
GO
execute sp_addextendedproperty 'MS_Description', N'Units on the shelf at the end of the last day', 'schema', dbo, 'table', product, 'column', stock_qty;
GO
execute sp_addextendedproperty 'MS_Description', N'Units at or below which more are ordered in the evening', 'schema', dbo, 'table', product, 'column', reorder_level;
GO
execute sp_addextendedproperty 'MS_Description', N'Units that are ordered then', 'schema', dbo, 'table', product, 'column', reorder_qty;
GO
execute sp_addextendedproperty 'MS_Description', N'Days from that evening to the morning of the delivery', 'schema', dbo, 'table', product, 'column', lead_days;
GO
execute sp_addextendedproperty 'MS_Description', N'Mean rating of the product, stars', 'schema', dbo, 'table', product, 'column', rating;
GO
execute sp_addextendedproperty 'MS_Description', N'Whether it is on sale still', 'schema', dbo, 'table', product, 'column', is_active;
GO
execute sp_addextendedproperty 'MS_Description', N'When it was listed; on sale from the next day on', 'schema', dbo, 'table', product, 'column', created_at;
GO
execute sp_addextendedproperty 'MS_Description', N'When it was taken off sale; empty while it is on sale', 'schema', dbo, 'table', product, 'column', retired_at;
GO
ALTER TABLE order_item ADD CONSTRAINT fk_order_item_order_id FOREIGN KEY(order_id) REFERENCES [order] (order_id);
GO
ALTER TABLE order_item ADD CONSTRAINT fk_order_item_product_id FOREIGN KEY(product_id) REFERENCES product (product_id);
GO
ALTER TABLE order_item ADD CONSTRAINT fk_order_item_promotion_id FOREIGN KEY(promotion_id) REFERENCES promotion (promotion_id);
GO
CREATE INDEX ix_order_item_product_id ON order_item (product_id, order_date);
GO
CREATE INDEX ix_order_item_promotion_id ON order_item (promotion_id);
GO
execute sp_addextendedproperty 'MS_Description', N'What was ordered', 'schema', dbo, 'table', order_item;
GO
execute sp_addextendedproperty 'MS_Description', N'Number of the item, from 1 in order of creation', 'schema', dbo, 'table', order_item, 'column', order_item_id;
GO
execute sp_addextendedproperty 'MS_Description', N'Order', 'schema', dbo, 'table', order_item, 'column', order_id;
GO
execute sp_addextendedproperty 'MS_Description', N'Product, once an order', 'schema', dbo, 'table', order_item, 'column', product_id;
GO
execute sp_addextendedproperty 'MS_Description', N'Promotion that made the price', 'schema', dbo, 'table', order_item, 'column', promotion_id;
GO
execute sp_addextendedproperty 'MS_Description', N'When the order was placed', 'schema', dbo, 'table', order_item, 'column', order_date;
GO
execute sp_addextendedproperty 'MS_Description', N'Units ordered', 'schema', dbo, 'table', order_item, 'column', quantity;
GO
execute sp_addextendedproperty 'MS_Description', N'Price of a unit on that day, US dollars', 'schema', dbo, 'table', order_item, 'column', unit_price;
GO
execute sp_addextendedproperty 'MS_Description', N'Quantity times price, US dollars', 'schema', dbo, 'table', order_item, 'column', subtotal;
GO
execute sp_addextendedproperty 'MS_Description', N'Units that came back', 'schema', dbo, 'table', order_item, 'column', returned_quantity;
GO
execute sp_addextendedproperty 'MS_Description', N'When the row was made, as the order was placed', 'schema', dbo, 'table', order_item, 'column', created_at;
GO
ALTER TABLE promotion_product ADD CONSTRAINT fk_promotion_product_product_id FOREIGN KEY(product_id) REFERENCES product (product_id);
GO
ALTER TABLE promotion_product ADD CONSTRAINT fk_promotion_product_promotion_id FOREIGN KEY(promotion_id) REFERENCES promotion (promotion_id);
GO
CREATE INDEX ix_promotion_product_product_id ON promotion_product (product_id);
GO
execute sp_addextendedproperty 'MS_Description', N'What promotions cover', 'schema', dbo, 'table', promotion_product;
GO
execute sp_addextendedproperty 'MS_Description', N'Number of the row, from 1 in order of creation', 'schema', dbo, 'table', promotion_product, 'column', promo_product_id;
GO
execute sp_addextendedproperty 'MS_Description', N'Promotion', 'schema', dbo, 'table', promotion_product, 'column', promotion_id;
GO
execute sp_addextendedproperty 'MS_Description', N'Product that it covers', 'schema', dbo, 'table', promotion_product, 'column', product_id;
GO
execute sp_addextendedproperty 'MS_Description', N'When the product was added, before the first day', 'schema', dbo, 'table', promotion_product, 'column', created_at;
GO
